/** Benchmarks of the packaged service: run by {@code bench/run}, never as tests. */
package io.xtokenkeeper.bench;
