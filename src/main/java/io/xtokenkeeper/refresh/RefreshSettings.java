package io.xtokenkeeper.refresh;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How the engine runs.
 *
 * @param every how often due accounts are looked for
 * @param lease how long a claimed account is ours; longer than the deadline
 * @param deadline of one call to X
 * @param concurrency calls that the timer may have under way at the same time
 * @param rate refreshes a second, over all replicas; empty for as many as there are
 */
public record RefreshSettings(Duration every, Duration lease, Duration deadline, int concurrency, OptionalInt rate) {
    private static final int FEWEST_FOR_CALLERS = 16;

    /** To X: those of the timer, and some that callers find free however much the timer has to catch up on. */
    public int connections() {
        return concurrency + Math.max(FEWEST_FOR_CALLERS, concurrency / 4);
    }
}
