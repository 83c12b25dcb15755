package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.Secret;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;

/** Somebody who is signed in. Of the secret that the browser holds only the SHA-256 is kept. */
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
     * @param id for events
     * @param keyId the key it came from: an API key's id, or what names the operator's own
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
