package io.xtokenkeeper.audit;

import io.xtokenkeeper.domain.AccountId;
import java.util.Optional;
import java.util.Set;

/**
 * The audit events that a reader may see.
 *
 * @param accounts events of these accounts; empty for all events
 * @param references besides, events with one of these references, whatever their account
 */
public record AuditEventScope(Optional<Set<AccountId>> accounts, Set<String> references) {
    public static final AuditEventScope ALL = new AuditEventScope(Optional.empty(), Set.of());
    public static final AuditEventScope NONE = new AuditEventScope(Optional.of(Set.of()), Set.of());

    /** Only events of this account. */
    public static AuditEventScope of(AccountId account) {
        return new AuditEventScope(Optional.of(Set.of(account)), Set.of());
    }

    public boolean matches(AuditEvent event) {
        return accounts.isEmpty()
                || event.account()
                        .map(AccountId::new)
                        .filter(accounts.get()::contains)
                        .isPresent()
                || event.reference().filter(references::contains).isPresent();
    }
}
