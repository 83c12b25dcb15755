/**
 * A strict simulator of X's OAuth 2.0 endpoints: authorize, token, revoke, users/me and a few /2 calls, over a socket, all
 * in memory. It serves dev mode, tests, benchmarks and the command {@code keeper sandbox}. It does not depend on the product
 * and uses only the JDK, Vert.x and Jackson.
 */
package io.xtokenkeeper.sandbox;
