package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Fingerprint;
import io.xtokenkeeper.domain.Scopes;
import java.time.Instant;
import java.util.Optional;

/**
 * The token pair of a consent, from the moment X issued it, under the provisional id, because the X user may not be known
 * yet. Its tokens are encrypted for that id.
 *
 * @param access empty if X sent no usable access token
 * @param state SHA-256 of the authorization request's {@code state}: once that request is settled, the token pair need
 *     not be saved
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
