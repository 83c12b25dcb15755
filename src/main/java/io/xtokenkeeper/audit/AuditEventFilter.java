package io.xtokenkeeper.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * Which audit events are listed; an empty value does not limit them.
 *
 * @param scope the events that the reader may see
 * @param type the word of an {@link AuditEventType}
 * @param actor as {@link NewAuditEvent} names actors
 * @param from recorded at this time or later
 * @param to recorded before this time
 */
public record AuditEventFilter(
        AuditEventScope scope,
        Optional<String> type,
        Optional<String> actor,
        Optional<Instant> from,
        Optional<Instant> to) {
    /** Whether it limits the events of the scope no further. */
    boolean isWholeScope() {
        return type.isEmpty() && actor.isEmpty() && from.isEmpty() && to.isEmpty();
    }
}
