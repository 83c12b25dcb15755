/**
 * What X knows in the simulator: users, registered apps, their grants with scopes and lifetimes, and the tokens. It uses no
 * other part of the simulator.
 */
package io.xtokenkeeper.sandbox.grants;
