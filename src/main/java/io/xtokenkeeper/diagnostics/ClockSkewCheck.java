package io.xtokenkeeper.diagnostics;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** How far other clocks are from ours. */
record ClockSkewCheck(InstantSource clock) {
    /** A {@code Date} has whole seconds, and answers take a while. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** In words; empty where they agree. */
    Optional<String> drift(Instant theirs) {
        var drift = Duration.between(theirs, clock.instant()).abs();
        return drift.compareTo(SLACK) > 0 ? Optional.of(drift.toSeconds() + " s") : Optional.empty();
    }
}
