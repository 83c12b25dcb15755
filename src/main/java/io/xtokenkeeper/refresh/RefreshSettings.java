package io.xtokenkeeper.refresh;

import java.time.Duration;

/**
 * @param every how often due accounts are looked for
 * @param lease how long a claimed account is ours; longer than the deadline
 * @param deadline of one call to X
 * @param concurrency calls under way at the same time
 */
public record RefreshSettings(Duration every, Duration lease, Duration deadline, int concurrency) {}
