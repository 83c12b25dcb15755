package io.xtokenkeeper.security;

import io.xtokenkeeper.audit.AuditEventScope;
import io.xtokenkeeper.domain.AccountId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An API key in memory, with what it may access now. Checked on every request, so it reads nothing.
 *
 * @param accounts the accounts that it may use: those that it names, and those that have one of its references; empty for all
 */
record KeyAccess(ApiKey key, Set<String> rights, KeyLimits limits, Optional<Set<AccountId>> accounts) {
    /** @param byReference the accounts of each reference; those of the key's references at least */
    static KeyAccess of(ApiKey key, Map<String, Set<AccountId>> byReference) {
        var limits = key.limits();
        return new KeyAccess(
                key,
                Set.copyOf(key.rights()),
                limits,
                limits.accounts().map(named -> union(named, limits.references().orElse(Set.of()), byReference)));
    }

    private static Set<AccountId> union(
            Set<AccountId> named, Set<String> references, Map<String, Set<AccountId>> byReference) {
        var all = new HashSet<>(named);
        references.forEach(reference -> all.addAll(byReference.getOrDefault(reference, Set.of())));
        return Set.copyOf(all);
    }

    String id() {
        return key.id();
    }

    boolean isGood(Instant now) {
        return key.isGood(now);
    }

    boolean isFor(AccountId account) {
        return accounts.map(some -> some.contains(account)).orElse(true);
    }

    /** The audit events that it may read. */
    AuditEventScope events() {
        return new AuditEventScope(accounts, limits.references().orElse(Set.of()));
    }
}
