package io.xtokenkeeper.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** When a message is tried again: the table of Standard Webhooks, and up to a fifth more, so that not all come at once. */
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
    private static final double MOST_MORE = 0.2;
    /** A receiver that asks for more is not believed: the message would be forgotten before it came. */
    private static final Duration LONGEST_ASKED = Duration.ofHours(24);

    private RetrySchedule() {}

    /**
     * @param tries how many failed, at least one
     * @param asked how long the receiver wants us to wait
     * @return empty where there is to be no other
     */
    static Optional<Duration> waitAfter(int tries, Optional<Duration> asked, RandomGenerator random) {
        if (tries > WAITS.size()) {
            return Optional.empty();
        }
        var usual = WAITS.get(tries - 1);
        var least = asked.map(wait -> wait.compareTo(LONGEST_ASKED) < 0 ? wait : LONGEST_ASKED)
                .filter(wait -> wait.compareTo(usual) > 0)
                .orElse(usual);
        return Optional.of(least.plusMillis((long) (usual.toMillis() * MOST_MORE * random.nextDouble())));
    }
}
