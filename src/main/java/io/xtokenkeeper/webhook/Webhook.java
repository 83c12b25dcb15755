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

/** A URL that is notified of events. Its signing secrets are encrypted, and only {@link WebhookRepository} changes them. */
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

    /** The types of the events that it is notified of. */
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

    /** Why it was disabled. */
    public Optional<String> disabledWhy() {
        return Optional.ofNullable(disabledWhy);
    }

    /** When the first attempt failed since the last success; empty if the last attempt succeeded. */
    public Optional<Instant> failingSince() {
        return Optional.ofNullable(failingSince);
    }

    void enable() {
        disabledAt = null;
        disabledWhy = null;
        failingSince = null;
    }
}
