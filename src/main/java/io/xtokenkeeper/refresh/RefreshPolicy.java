package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.TokenPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a pair is due to be rotated.
 *
 * @param ahead eager: rotate when less than this is left of the access token
 * @param keepalive lazy: rotate at the latest when a pair is this old
 */
public record RefreshPolicy(Mode mode, Duration ahead, Duration keepalive) {
    /** {@code EAGER} keeps every access token fresh, {@code LAZY} waits to be asked. */
    public enum Mode {
        EAGER,
        LAZY
    }

    /** Accounts connected together drift apart by up to this share of the time ahead (eager) or the keep-alive (lazy). */
    private static final double JITTER = 1.0 / 3;

    /** Lazy: over which the refreshes of imported grants are spread. */
    private static final Duration IMPORTED_WITHIN = Duration.ofDays(1);

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
     * When an imported grant is due, whose token pair is of unknown age. It may have been issued nearly six months ago, so that
     * lazy mode refreshes it within a day, and not within the keep-alive.
     *
     * @param accessEnds when its access token ends; empty where there is none to use
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
