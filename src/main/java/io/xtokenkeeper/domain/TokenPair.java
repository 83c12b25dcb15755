package io.xtokenkeeper.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What X gave for a code or a refresh token.
 *
 * @param refresh empty where X sent none: at a consent {@code offline.access} is missing, at a refresh the old one stays
 * @param scope empty where X sent none: as asked for (RFC 6749 §5.1)
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
