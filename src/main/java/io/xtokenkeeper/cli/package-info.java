/**
 * The command line: each command calls the API of a running service. It starts no container and depends on nothing behind
 * the API; checks that need the service's internals are passed in as a {@link io.xtokenkeeper.cli.Doctor}. The exception is
 * the X simulator, which {@code keeper sandbox} runs in its own process.
 */
package io.xtokenkeeper.cli;
