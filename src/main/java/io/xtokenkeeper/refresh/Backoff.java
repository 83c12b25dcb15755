package io.xtokenkeeper.refresh;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When to try again: exponential with jitter, capped, and never before X asked us to come back.
 *
 * @param least no wait is shorter
 * @param first the mean of the random part after the first failure
 * @param factor by which the random part grows with each failure
 * @param longest no wait is longer, unless X asks for it
 */
record Backoff(Duration least, Duration first, double factor, Duration longest) {
    static final Backoff USUAL = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), 2, Duration.ofMinutes(10));

    /** X may still be at work on the call that was not answered. */
    static final Backoff AFTER_UNKNOWN =
            new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(5), 2, Duration.ofMinutes(10));

    /** Nothing but a new consent will help, most likely; a judgement in a moment of change must not last. */
    static final Backoff OF_ONE_GRANT =
            new Backoff(Duration.ofMinutes(1), Duration.ofSeconds(45), 4, Duration.ofHours(24));

    private static final int MOST_FAILURES = 20;

    /** @param failures how many there were before this one */
    Instant retryAt(int failures, Optional<Instant> xAsksFor, Instant now, RandomGenerator random) {
        var grown = first.toMillis() * 2.0 * Math.pow(factor, Math.min(failures, MOST_FAILURES));
        var span = Math.min(grown, (double) longest.toMillis());
        var wait = Math.max(least.toMillis(), (long) (span * random.nextDouble()));
        var ours = now.plusMillis(wait);
        // every account was given the same moment: they come a little after it, not all at once
        return xAsksFor.map(at -> at.plusMillis(wait)).filter(ours::isBefore).orElse(ours);
    }
}
