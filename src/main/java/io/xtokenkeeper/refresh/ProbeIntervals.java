package io.xtokenkeeper.refresh;

import io.xtokenkeeper.refresh.AppState.Pause;
import java.time.Duration;

/** How long a pause lasts until the next account probes whether it is over. */
final class ProbeIntervals {
    static final Duration LONGEST = Duration.ofMinutes(15);

    private static final int MOST_DOUBLINGS = 10;

    private ProbeIntervals() {}

    /** @param probes how many failed since the pause began */
    static Duration next(Pause.Kind kind, int probes) {
        return switch (kind) {
            // an operator is at work on it, and wants to see that it helped
            case APP_REJECTED -> Duration.ofMinutes(1);
            case RATE_LIMITED -> growing(Duration.ofMinutes(1), probes);
            case NOT_FROM_X -> growing(Duration.ofSeconds(10), probes);
        };
    }

    private static Duration growing(Duration first, int probes) {
        var grown = first.multipliedBy(1L << Math.min(probes, MOST_DOUBLINGS));
        return grown.compareTo(LONGEST) < 0 ? grown : LONGEST;
    }
}
