package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Fingerprint;
import io.xtokenkeeper.domain.Scopes;
import java.time.Instant;
import java.util.Optional;

/**
 * A pair that a consent brought, from the moment X gave it, under the provisional id: whose it is may not be known yet. Its
 * tokens are encrypted for that id.
 *
 * @param access empty where X sent no access token that can be used
 * @param state SHA-256 of the authorization request's {@code state}: once that is settled the pair needs no saving
 */
@SuppressWarnings("ArrayRecordComponent") // written to their columns, never compared
public record PendingGrant(
        AccountId id,
        Optional<byte[]> access,
        byte[] refreshToken,
        Fingerprint fingerprint,
        Scopes scope,
        Instant issuedAt,
        Instant expiresAt,
        Instant nextRefreshAt,
        byte[] state)
        implements PendingPair {
    @Override
    public String toString() {
        return "PendingGrant[" + id + "]";
    }
}
