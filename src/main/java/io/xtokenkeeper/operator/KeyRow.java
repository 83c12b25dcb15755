package io.xtokenkeeper.operator;

import io.xtokenkeeper.security.ApiKey;
import io.xtokenkeeper.web.When;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** An API key in a list. */
record KeyRow(
        String id,
        String name,
        Set<String> rights,
        String accounts,
        String state,
        boolean good,
        When created,
        Optional<When> expires,
        Optional<When> used) {
    static KeyRow of(ApiKey key, Instant now) {
        var good = key.isGood(now);
        return new KeyRow(
                key.id(),
                key.name(),
                key.rights(),
                key.accounts().map(ids -> ids.size() + " accounts").orElse("all accounts"),
                good ? "Good" : key.revokedAt().isPresent() ? "Revoked" : "Expired",
                good,
                When.of(key.createdAt(), now),
                key.expiresAt().map(at -> When.of(at, now)),
                key.lastUsedAt().map(at -> When.of(at, now)));
    }
}
