/**
 * Handing out: what a back end calls. Says in HTTP what {@code refresh} and {@code vault} say in types, each outcome
 * mapped once, in a switch without a default. Authorization is declared on every method.
 */
package io.xtokenkeeper.consumer;
