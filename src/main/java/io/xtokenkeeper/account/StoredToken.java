package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The access token an account has now.
 *
 * @param access empty where there is none yet, or it cannot be read; a refresh mends both
 * @param expiresAt meaningful only with {@code access}
 * @param issuedAt when X issued the pair
 * @param failure of the last try to refresh it; empty where none failed since
 * @param forcedAt when a caller last had it replaced although it was good
 */
public record StoredToken(
        Status status,
        Scopes scope,
        Optional<AccessToken> access,
        Instant expiresAt,
        Instant issuedAt,
        Optional<Failure> failure,
        Optional<Instant> forcedAt) {
    /** @param retryAt no try is made before it */
    public record Failure(Instant at, Instant retryAt, String reason) {}

    /** How long X let the access token live, from its issue on; meaningful only with {@code access}. */
    public Duration lifetime() {
        return Duration.between(issuedAt, expiresAt);
    }

    public boolean isGoodFor(Duration needed, Instant now) {
        return access.isPresent() && !now.plus(needed).isAfter(expiresAt);
    }

    /** Nothing has become of the account since {@code before} was read. */
    public boolean isUnchangedSince(StoredToken before) {
        return status.equals(before.status) && issuedAt.equals(before.issuedAt) && failure.equals(before.failure);
    }
}
