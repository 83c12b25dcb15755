package io.xtokenkeeper.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a message is sent again: the delays that Standard Webhooks recommends, plus up to 20% jitter, so that retries do not
 * arrive all at once.
 */
final class RetrySchedule {
    private static final List<Duration> WAITS = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(14),
            Duration.ofHours(20),
            Duration.ofHours(24));
    private static final double MAX_MORE = 0.2;
    /** A longer {@code Retry-After} is cut to this: the delivery would be deleted before it was sent. */
    private static final Duration MAX_ASKED = Duration.ofHours(24);

    private RetrySchedule() {}

    /**
     * The delay before the next attempt.
     *
     * @param tries failed attempts so far, at least one
     * @param asked the receiver's {@code Retry-After}; used if it is longer than the usual delay
     * @return empty if there are no more attempts
     */
    static Optional<Duration> waitAfter(int tries, Optional<Duration> asked, RandomGenerator random) {
        if (tries > WAITS.size()) {
            return Optional.empty();
        }
        var usual = WAITS.get(tries - 1);
        var least = asked.map(wait -> wait.compareTo(MAX_ASKED) < 0 ? wait : MAX_ASKED)
                .filter(wait -> wait.compareTo(usual) > 0)
                .orElse(usual);
        return Optional.of(least.plusMillis((long) (usual.toMillis() * MAX_MORE * random.nextDouble())));
    }
}
