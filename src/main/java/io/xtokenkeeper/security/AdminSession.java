package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.Secret;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;

/** The session of a signed-in admin. Only the SHA-256 of the secret in the browser's cookie is stored. */
@Entity
@Table(name = "operator_session")
@SuppressWarnings("UnusedVariable") // the whole row is mapped
public class AdminSession {
    @Id
    private byte[] sha256;

    private String id;
    private String keyId;
    private Instant createdAt;
    private Instant expiresAt;
    private Instant seenAt;

    protected AdminSession() {}

    /**
     * @param id identifies the session in audit events
     * @param keyId what it was started with: the id of an API key, {@link AdminKey#id} or {@link OpenIdProvider#id}
     */
    AdminSession(String id, String keyId, Secret secret, Instant now, Duration life) {
        this.sha256 = secret.sha256();
        this.id = id;
        this.keyId = keyId;
        this.createdAt = now;
        this.expiresAt = now.plus(life);
        this.seenAt = now;
    }

    public String id() {
        return id;
    }

    public String keyId() {
        return keyId;
    }
}
