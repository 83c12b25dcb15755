package io.xtokenkeeper.admin;

import io.xtokenkeeper.http.DisplayTime;
import io.xtokenkeeper.security.ApiKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** An API key as a row of a list. */
record KeyRow(
        String id,
        String name,
        Set<String> rights,
        String accounts,
        String state,
        boolean good,
        DisplayTime created,
        Optional<DisplayTime> expires,
        Optional<DisplayTime> used) {
    static KeyRow of(ApiKey key, Instant now) {
        var good = key.isGood(now);
        return new KeyRow(
                key.id(),
                key.name(),
                key.rights(),
                key.accounts().map(ids -> ids.size() + " accounts").orElse("all accounts"),
                good ? "Good" : key.revokedAt().isPresent() ? "Revoked" : "Expired",
                good,
                DisplayTime.of(key.createdAt(), now),
                key.expiresAt().map(at -> DisplayTime.of(at, now)),
                key.lastUsedAt().map(at -> DisplayTime.of(at, now)));
    }
}
