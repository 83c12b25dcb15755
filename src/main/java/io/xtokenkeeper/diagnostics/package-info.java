/**
 * {@code keeper doctor}: checks of the configuration, the database, X, the OpenID provider and the clocks, without starting
 * the service. Each check returns results for {@code cli} to print and changes nothing. The exception is the check of
 * restored accounts, which starts the container and may refresh tokens.
 */
package io.xtokenkeeper.diagnostics;
