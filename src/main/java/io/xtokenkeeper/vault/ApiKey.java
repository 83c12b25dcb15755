package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.AccountId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An API key without its secret.
 *
 * @param rights some of {@code read}, {@code token}, {@code manage}
 * @param accounts the only ones it is for; empty for all
 */
public record ApiKey(
        String id,
        String name,
        Set<String> rights,
        Optional<Set<AccountId>> accounts,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> revokedAt,
        Optional<Instant> lastUsedAt) {
    public boolean isGood(Instant now) {
        return revokedAt.isEmpty()
                && expiresAt.filter(end -> !now.isBefore(end)).isEmpty();
    }

    public boolean isFor(AccountId account) {
        return accounts.isEmpty() || accounts.get().contains(account);
    }
}
