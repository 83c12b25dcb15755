package io.xtokenkeeper.refresh;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Settings of refreshing.
 *
 * @param every interval at which the scheduler claims due accounts
 * @param lease how long a claim is valid; longer than the deadline
 * @param deadline of one call to X
 * @param concurrency maximum number of scheduled refreshes in flight
 * @param rate refreshes per second, over all replicas; empty for no limit
 */
public record RefreshSettings(Duration every, Duration lease, Duration deadline, int concurrency, OptionalInt rate) {
    private static final int FEWEST_FOR_CALLERS = 16;

    /** Returns the number of connections to X: those of scheduled refreshes, and a reserve for on-demand refreshes. */
    public int connections() {
        return concurrency + Math.max(FEWEST_FOR_CALLERS, concurrency / 4);
    }
}
