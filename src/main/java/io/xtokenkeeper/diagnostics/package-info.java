/**
 * {@code keeper doctor}: checks of the configuration, the database, X, the OpenID provider and the clocks, without starting the
 * service. Each check returns results for {@code cli} to print; nothing is changed.
 */
package io.xtokenkeeper.diagnostics;
