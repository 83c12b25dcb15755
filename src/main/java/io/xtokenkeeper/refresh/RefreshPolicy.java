package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.TokenPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Computes when a token pair is due for a refresh.
 *
 * @param ahead eager mode: refresh this long before the access token expires
 * @param keepalive lazy mode: refresh at the latest when the token pair is this old
 */
public record RefreshPolicy(Mode mode, Duration ahead, Duration keepalive) {
    /** {@code EAGER} refreshes every access token before it expires; {@code LAZY} refreshes on demand. */
    public enum Mode {
        EAGER,
        LAZY
    }

    /**
     * Jitter: up to this share of the time ahead (eager) or of the keep-alive (lazy), so that accounts connected together
     * are not due together.
     */
    private static final double JITTER = 1.0 / 3;

    /** Lazy mode: the refreshes of imported grants are spread over this time. */
    private static final Duration IMPORTED_WITHIN = Duration.ofDays(1);

    /**
     * Returns when a token pair is due, less jitter. Eager mode: {@code ahead} before the access token expires, or after
     * half of its lifetime if that is later.
     */
    public Instant dueAt(TokenPair pair, RandomGenerator random) {
        return switch (mode) {
            case EAGER -> {
                var before = shorter(ahead, pair.lifetime().dividedBy(2));
                yield jittered(pair.expiresAt().minus(before), before, random);
            }
            case LAZY -> jittered(pair.issuedAt().plus(keepalive), keepalive, random);
        };
    }

    /**
     * Returns when an imported grant is due, whose token pair has an unknown age. It may have been issued nearly six
     * months ago, so lazy mode refreshes it within a day, not within the keep-alive.
     *
     * @param accessEnds when its access token expires; empty if it has no usable one
     */
    public Instant importedDueAt(Optional<Instant> accessEnds, Instant now, RandomGenerator random) {
        return switch (mode) {
            case EAGER ->
                accessEnds.map(end -> end.minus(ahead)).filter(now::isBefore).orElse(now);
            case LAZY ->
                now.plusMillis((long) (shorter(IMPORTED_WITHIN, keepalive).toMillis() * random.nextDouble()));
        };
    }

    private static Instant jittered(Instant latest, Duration span, RandomGenerator random) {
        return latest.minusMillis((long) (span.toMillis() * JITTER * random.nextDouble()));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
