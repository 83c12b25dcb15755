package io.xtokenkeeper.audit;

import io.xtokenkeeper.domain.AccountId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which audit events are listed; an empty value does not limit them.
 *
 * @param accounts about one of these accounts
 * @param type the word of an {@link AuditEventType}
 * @param actor as {@link NewAuditEvent} names actors
 * @param from recorded at this time or later
 * @param to recorded before this time
 */
public record AuditEventFilter(
        Optional<Set<AccountId>> accounts,
        Optional<String> type,
        Optional<String> actor,
        Optional<Instant> from,
        Optional<Instant> to) {}
