package io.xtokenkeeper.refresh;

import io.xtokenkeeper.refresh.AppState.Pause;
import java.time.Duration;

/** Intervals between the probes of a pause. */
final class ProbeIntervals {
    static final Duration LONGEST = Duration.ofMinutes(15);

    private static final int MAX_DOUBLINGS = 10;

    private ProbeIntervals() {}

    /**
     * Returns the time until the next probe.
     *
     * @param probes failed probes since the pause began
     */
    static Duration next(Pause.Kind kind, int probes) {
        return switch (kind) {
            // the admin is fixing the credentials, and needs to see the effect soon
            case APP_REJECTED -> Duration.ofMinutes(1);
            case RATE_LIMITED -> growing(Duration.ofMinutes(1), probes);
            case NOT_FROM_X -> growing(Duration.ofSeconds(10), probes);
        };
    }

    private static Duration growing(Duration first, int probes) {
        var grown = first.multipliedBy(1L << Math.min(probes, MAX_DOUBLINGS));
        return grown.compareTo(LONGEST) < 0 ? grown : LONGEST;
    }
}
