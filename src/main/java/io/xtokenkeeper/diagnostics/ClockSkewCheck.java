package io.xtokenkeeper.diagnostics;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Compares other clocks with this machine's. */
record ClockSkewCheck(InstantSource clock) {
    /** The header {@code Date} has a resolution of one second, and a response takes a while. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** The difference as text; empty if it is at most 5 s. */
    Optional<String> drift(Instant theirs) {
        var drift = Duration.between(theirs, clock.instant()).abs();
        return drift.compareTo(SLACK) > 0 ? Optional.of(drift.toSeconds() + " s") : Optional.empty();
    }
}
