package io.xtokenkeeper.refresh;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Computes when to retry: exponential back-off with jitter, capped, and never before X's {@code Retry-After}.
 *
 * @param least minimum wait
 * @param first mean of the random part after the first failure
 * @param factor by which the random part grows with each failure
 * @param longest maximum wait, unless X requests a longer one
 */
record Backoff(Duration least, Duration first, double factor, Duration longest) {
    static final Backoff USUAL = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), 2, Duration.ofMinutes(10));

    /** X may still be processing the call whose outcome is unknown. */
    static final Backoff AFTER_UNKNOWN =
            new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(5), 2, Duration.ofMinutes(10));

    /**
     * For a grant that X alone rejects: most likely only a new consent helps, but a wrong decision while the app's
     * credentials change must not last.
     */
    static final Backoff OF_ONE_GRANT =
            new Backoff(Duration.ofMinutes(1), Duration.ofSeconds(45), 4, Duration.ofHours(24));

    private static final int MAX_FAILURES = 20;

    /**
     * Returns the time of the next attempt.
     *
     * @param failures failures before this one
     */
    Instant retryAt(int failures, Optional<Instant> xAsksFor, Instant now, RandomGenerator random) {
        var grown = first.toMillis() * 2.0 * Math.pow(factor, Math.min(failures, MAX_FAILURES));
        var span = Math.min(grown, (double) longest.toMillis());
        var wait = Math.max(least.toMillis(), (long) (span * random.nextDouble()));
        var ours = now.plusMillis(wait);
        // X gave all accounts the same time: the jitter spreads them after it
        return xAsksFor.map(at -> at.plusMillis(wait)).filter(ours::isBefore).orElse(ours);
    }
}
