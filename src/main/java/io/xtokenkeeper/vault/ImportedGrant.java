package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.RefreshToken;
import io.xtokenkeeper.token.Scopes;
import java.time.Instant;
import java.util.Optional;

/**
 * A grant that somebody else kept until now.
 *
 * @param access what is left of its access token; without it the grant is refreshed before its first use
 */
public record ImportedGrant(
        AccountId id,
        RefreshToken refresh,
        Scopes scope,
        Optional<String> username,
        Optional<Access> access,
        Instant nextRefreshAt) {
    public record Access(AccessToken token, Instant expiresAt) {}
}
