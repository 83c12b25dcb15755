package io.xtokenkeeper.audit;

import java.time.Duration;
import java.util.Optional;

/**
 * How long audit events are kept.
 *
 * @param age after which an event is deleted; empty to keep events indefinitely
 */
public record AuditRetention(Optional<Duration> age) {
    /** The minimum that the database enforces. */
    public static final Duration LEAST = Duration.ofDays(30);
}
