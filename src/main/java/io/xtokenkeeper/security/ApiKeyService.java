package io.xtokenkeeper.security;

import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.domain.Secret;
import jakarta.enterprise.context.RequestScoped;
import java.time.InstantSource;
import java.util.Optional;

/** Creates and revokes API keys for the current caller, and records an audit event for each. */
@RequestScoped
public class ApiKeyService {
    /** Lets secret scanners recognize a key: {@code xtk_} and 43 characters of base64url. */
    private static final String PREFIX = "xtk_";

    private static final int SECRET_BYTES = 32;
    private static final int ID_BYTES = 9;

    private final ApiKeyRepository keys;
    private final ApiKeyCache registry;
    private final Caller caller;
    private final InstantSource clock;

    ApiKeyService(ApiKeyRepository keys, ApiKeyCache registry, Caller caller, InstantSource clock) {
        this.keys = keys;
        this.registry = registry;
        this.caller = caller;
        this.clock = clock;
    }

    /** @param shown the key itself: it is not stored and cannot be shown again */
    public record Made(ApiKey key, Secret shown) {}

    /**
     * Creates an API key.
     *
     * @param wanted without {@link NewApiKey#contradiction}
     * @throws io.quarkus.security.ForbiddenException if the key would have more access than the caller
     * @throws io.xtokenkeeper.http.ProblemException if it could make calls to X that the caller cannot make
     */
    public Made make(NewApiKey wanted) {
        caller.mustHold(wanted.granted(), wanted.limits());
        var secret = Secret.of(PREFIX + Secret.random(SECRET_BYTES).reveal());
        var key = new ApiKey(Secret.random(ID_BYTES).reveal(), secret, wanted, clock.instant());
        keys.create(key);
        caller.did(AuditEventType.KEY_CREATED, Optional.empty(), key.id() + " " + key.rights());
        registry.look();
        return new Made(key, secret);
    }

    /**
     * Revokes a key; it is rejected by every replica within a second. Returns false if there is no key that can be revoked.
     */
    public boolean revoke(String id) {
        var revoked = keys.revoke(id, clock.instant());
        if (revoked) {
            caller.did(AuditEventType.KEY_REVOKED, Optional.empty(), id);
            registry.look();
        }
        return revoked;
    }
}
