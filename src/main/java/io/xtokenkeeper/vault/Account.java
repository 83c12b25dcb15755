package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An account as everybody may see it: it holds no secret.
 *
 * @param profileProblem why X did not say who this is; empty where it did
 * @param accessExpiresAt empty for an imported grant that was never refreshed here
 * @param refreshedAt when X issued the pair that is kept
 */
public record Account(
        AccountId id,
        Optional<String> username,
        Optional<String> name,
        Optional<String> pictureUrl,
        Optional<String> profileProblem,
        Status status,
        Scopes scope,
        Optional<Instant> accessExpiresAt,
        Instant refreshedAt,
        Instant nextRefreshAt,
        Optional<LastError> lastError) {
    /** X: a refresh token is "valid for about 6 months"; we count on a little less. */
    private static final Duration REFRESH_TOKEN_LIFE = Duration.ofDays(180);

    public Instant refreshTokenGoodUntil() {
        return refreshedAt.plus(REFRESH_TOKEN_LIFE);
    }
}
