package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.Secret;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * Who is signed in, known to all replicas. A session ends when it is signed out, after {@link #LIFE}, after {@link #IDLE}
 * without a page, and within a second with the key it came from, or with a
 * restart under other OpenID settings.
 */
@Singleton
class SessionService {
    static final Duration LIFE = Duration.ofHours(12);
    static final Duration IDLE = Duration.ofHours(1);

    private final AdminKey operator;
    private final OpenIdSettings openId;
    private final ApiKeyCache keys;
    private final AdminSessionRepository sessions;
    private final InstantSource clock;

    SessionService(
            AdminKey operator,
            OpenIdSettings openId,
            ApiKeyCache keys,
            AdminSessionRepository sessions,
            InstantSource clock) {
        this.operator = operator;
        this.openId = openId;
        this.keys = keys;
        this.sessions = sessions;
        this.clock = clock;
    }

    /**
     * Costs one round trip to the database.
     *
     * @param byPerson somebody opened a page; false for what an open page does by itself, which keeps no session alive
     */
    Optional<AdminSession> find(Secret secret, boolean byPerson) {
        var now = clock.instant();
        var found = byPerson ? sessions.touch(secret, now, IDLE) : sessions.find(secret, now, IDLE);
        return found.filter(session -> isGood(session.keyId()));
    }

    /** Those of the API key that it came from, so that no page makes a key with more; else all. */
    Set<String> rights(AdminSession session) {
        return keys.good(session.keyId()).map(ApiKey::rights).orElse(Permissions.ALL);
    }

    /** Whether the key that a session came from is good now. Reads memory alone. */
    boolean isGood(String keyId) {
        return keyId.equals(operator.id())
                || openId.provider()
                        .filter(provider -> keyId.equals(provider.id()))
                        .isPresent()
                || keys.good(keyId).isPresent();
    }
}
