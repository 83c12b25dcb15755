package io.xtokenkeeper.audit;

import java.time.Duration;
import java.util.Optional;

/** @param age how old an event grows before it is deleted; empty for events that are kept for ever */
public record AuditRetention(Optional<Duration> age) {
    /** What the database itself insists on. */
    public static final Duration LEAST = Duration.ofDays(30);
}
