/**
 * The command line: what an operator types, turned into calls of a keeper that runs somewhere. Starts no container and
 * knows nothing of what is behind the API; what must be looked at from within is handed to it as a {@link
 * io.xtokenkeeper.cli.Doctor}. The one exception is the X simulator, which {@code keeper sandbox} runs in its own process.
 */
package io.xtokenkeeper.cli;
