/**
 * A strict stand-in for X's OAuth 2.0 endpoints: authorize, token, revoke, users/me and a few /2 calls, over a socket.
 * It serves dev mode, the tests and the benchmarks; the product's jar does not carry it. It knows nothing of the
 * product and may use only the JDK, Vert.x core and Jackson, so that it runs in a process of its own. Everything is in
 * memory.
 */
package io.xtokenkeeper.sandbox;
