package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.Secret;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the sessions of admins, which are valid on all replicas. A session ends when the admin signs out, after
 * {@link #LIFE}, after {@link #IDLE} without a page opened by the user, within a second after the key it was started with
 * was revoked or has expired, or at a restart with another admin key or other OpenID settings.
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
     * The session, if it has not ended. Needs a database query.
     *
     * @param byPerson whether the user opened a page; false for requests that an open page repeats by itself, which do not
     *     extend the session
     */
    Optional<AdminSession> find(Secret secret, boolean byPerson) {
        var now = clock.instant();
        var found = byPerson ? sessions.touch(secret, now, IDLE) : sessions.find(secret, now, IDLE);
        return found.filter(session -> isGood(session.keyId()));
    }

    /**
     * The permissions of the API key the session was started with, so that a page cannot create a key with more access;
     * otherwise all permissions.
     */
    Set<String> rights(AdminSession session) {
        return keys.good(session.keyId()).map(KeyAccess::rights).orElse(Permissions.ALL);
    }

    /** Whether the key or OpenID settings that a session was started with are currently valid. Reads from memory only. */
    boolean isGood(String keyId) {
        return keyId.equals(operator.id())
                || openId.provider()
                        .filter(provider -> keyId.equals(provider.id()))
                        .isPresent()
                || keys.good(keyId).isPresent();
    }
}
