package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The access token that is stored for an account, with the account's status.
 *
 * @param access empty if there is none yet or it cannot be decrypted; a refresh fixes both
 * @param expiresAt meaningful only with {@code access}
 * @param issuedAt when X issued the token pair
 * @param failure of the last refresh; empty if it did not fail
 * @param forcedAt when a caller last replaced a token that was still valid
 */
public record StoredToken(
        Status status,
        Scopes scope,
        Optional<AccessToken> access,
        Instant expiresAt,
        Instant issuedAt,
        Optional<Failure> failure,
        Optional<Instant> forcedAt) {
    /** @param retryAt time of the next attempt; none is made earlier */
    public record Failure(Instant at, Instant retryAt, String reason) {}

    /** Returns the lifetime of the access token from its issue; meaningful only with {@code access}. */
    public Duration lifetime() {
        return Duration.between(issuedAt, expiresAt);
    }

    public boolean isGoodFor(Duration needed, Instant now) {
        return access.isPresent() && !now.plus(needed).isAfter(expiresAt);
    }

    /** True if the account's status, token pair and last failure are the same as in {@code before}. */
    public boolean isUnchangedSince(StoredToken before) {
        return status.equals(before.status) && issuedAt.equals(before.issuedAt) && failure.equals(before.failure);
    }
}
