package io.xtokenkeeper.refresh;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How the engine runs.
 *
 * @param every how often due accounts are looked for
 * @param lease how long a claimed account is ours; longer than the deadline
 * @param deadline of one call to X
 * @param concurrency calls under way at the same time
 * @param rate refreshes a second, over all replicas; empty for as many as there are
 */
public record RefreshSettings(Duration every, Duration lease, Duration deadline, int concurrency, OptionalInt rate) {}
