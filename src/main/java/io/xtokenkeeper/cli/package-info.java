/**
 * The command line: what an operator types, turned into calls of a keeper that runs somewhere. Starts no container and
 * knows nothing of what is behind the API; what must be looked at from within is handed to it as a {@link
 * io.xtokenkeeper.cli.Doctor}.
 */
package io.xtokenkeeper.cli;
