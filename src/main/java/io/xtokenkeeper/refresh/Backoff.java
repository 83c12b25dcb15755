package io.xtokenkeeper.refresh;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When to try again: exponential with full jitter, capped, and never before X asked us to come back.
 *
 * @param first the mean wait after the first failure
 * @param longest no wait is longer, unless X asks for it
 */
record Backoff(Duration first, Duration longest) {
    static final Backoff USUAL = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(10));
    private static final int MOST_DOUBLINGS = 20;
    private static final long SHORTEST_MS = 1_000;

    /** @param failures how many there were before this one */
    Instant retryAt(int failures, Optional<Instant> xAsksFor, Instant now, RandomGenerator random) {
        var doubled = first.toMillis() * 2.0 * Math.pow(2, Math.min(failures, MOST_DOUBLINGS));
        var span = Math.min(doubled, (double) longest.toMillis());
        var wait = Math.max(SHORTEST_MS, (long) (span * random.nextDouble()));
        var ours = now.plusMillis(wait);
        // everybody was told the same moment: come a little after it, not all at once
        return xAsksFor.map(at -> at.plusMillis(wait)).filter(ours::isBefore).orElse(ours);
    }
}
