package io.xtokenkeeper.webhook;

import io.xtokenkeeper.encryption.Ciphertext;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** An address that is notified of events. Its signing secrets are encrypted, and changed by {@link WebhookRepository} alone. */
@Entity
@SuppressWarnings("UnusedVariable") // the whole row is mapped
public class Webhook {
    @Id
    private String id;

    private String url;
    private String[] events;
    private String description;

    @Column(updatable = false)
    private Ciphertext secret;

    @Column(updatable = false)
    private Ciphertext previousSecret;

    @Column(updatable = false)
    private Instant previousUntil;

    private Instant createdAt;
    private Instant disabledAt;
    private String disabledWhy;
    private Instant failingSince;

    protected Webhook() {}

    Webhook(
            String id,
            String url,
            Set<String> events,
            Optional<String> description,
            Ciphertext secret,
            Instant createdAt) {
        this.id = id;
        this.url = url;
        this.events = events.stream().sorted().toArray(String[]::new);
        this.description = description.orElse(null);
        this.secret = secret;
        this.createdAt = createdAt;
    }

    public String id() {
        return id;
    }

    public String url() {
        return url;
    }

    /** The words of the events it is notified of. */
    public Set<String> events() {
        return new TreeSet<>(Arrays.asList(events));
    }

    public Optional<String> description() {
        return Optional.ofNullable(description);
    }

    Ciphertext secret() {
        return secret;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public boolean isDisabled() {
        return disabledAt != null;
    }

    public Optional<Instant> disabledAt() {
        return Optional.ofNullable(disabledAt);
    }

    /** Why nothing is sent to it since {@link #disabledAt}. */
    public Optional<String> disabledWhy() {
        return Optional.ofNullable(disabledWhy);
    }

    /** The first attempt that failed since one last succeeded. */
    public Optional<Instant> failingSince() {
        return Optional.ofNullable(failingSince);
    }

    void enable() {
        disabledAt = null;
        disabledWhy = null;
        failingSince = null;
    }
}
