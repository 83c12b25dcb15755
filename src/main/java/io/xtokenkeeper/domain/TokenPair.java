package io.xtokenkeeper.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What X issued for an authorization code or a refresh token.
 *
 * @param refresh empty if X sent none: at a consent {@code offline.access} is missing, at a refresh the old one stays valid
 * @param scope empty if X sent none: equal to the requested scope (RFC 6749 §5.1)
 */
public record TokenPair(
        AccessToken access,
        Optional<RefreshToken> refresh,
        Optional<Scopes> scope,
        Instant issuedAt,
        Duration lifetime) {
    public Instant expiresAt() {
        return issuedAt.plus(lifetime);
    }
}
