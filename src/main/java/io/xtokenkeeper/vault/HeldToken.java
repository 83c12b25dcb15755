package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The access token an account has now.
 *
 * @param access empty where there is none yet, or it cannot be read; a refresh mends both
 * @param expiresAt meaningful only with {@code access}
 * @param issuedAt when X issued the pair
 * @param failedAt when the last try to refresh it failed; empty where none did since
 */
public record HeldToken(
        Status status,
        Scopes scope,
        Optional<AccessToken> access,
        Instant expiresAt,
        Instant issuedAt,
        Optional<Instant> failedAt) {
    public boolean isGoodFor(Duration needed, Instant now) {
        return access.isPresent() && !now.plus(needed).isAfter(expiresAt);
    }

    /** Nothing has become of the account since {@code before} was read. */
    public boolean isUnchangedSince(HeldToken before) {
        return status.equals(before.status) && issuedAt.equals(before.issuedAt) && failedAt.equals(before.failedAt);
    }
}
