package io.xtokenkeeper.webhook;

import io.xtokenkeeper.domain.AccountId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.Immutable;

/**
 * One event for one webhook, as the delivery log shows it. {@link DeliveryQueue} creates deliveries and records their
 * attempts.
 */
@Entity
@Immutable
@Table(name = "webhook_delivery")
public class Delivery {
    @Id
    private String id;

    private long seq;
    private String webhookId;
    private Long eventId;
    private String type;
    private Instant occurredAt;
    private String accountId;

    @Enumerated(EnumType.STRING)
    private State status;

    private int tries;
    private Instant nextTryAt;
    private Instant createdAt;
    private Instant lastTryAt;
    private Integer lastStatus;
    private Integer lastDurationMs;
    private String lastError;

    protected Delivery() {}

    /** The state of a delivery. */
    public enum State {
        PENDING,
        DELIVERED,
        FAILED
    }

    /** The id of the message, the header {@code webhook-id}; the same for each attempt. */
    public String id() {
        return id;
    }

    /** Increases with each delivery; the position for paging through the log. */
    public long seq() {
        return seq;
    }

    public String webhookId() {
        return webhookId;
    }

    public Optional<Long> eventId() {
        return Optional.ofNullable(eventId);
    }

    public String type() {
        return type;
    }

    public Instant occurredAt() {
        return occurredAt;
    }

    public Optional<AccountId> account() {
        return Optional.ofNullable(accountId).map(AccountId::new);
    }

    public State state() {
        return status;
    }

    public int tries() {
        return tries;
    }

    /** When the next attempt is due; empty unless the delivery is pending. */
    public Optional<Instant> nextTryAt() {
        return status == State.PENDING ? Optional.of(nextTryAt) : Optional.empty();
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Optional<Instant> lastTryAt() {
        return Optional.ofNullable(lastTryAt);
    }

    /** The HTTP status of the last response; empty if there was none. */
    public Optional<Integer> lastStatus() {
        return Optional.ofNullable(lastStatus);
    }

    public Optional<Duration> lastDuration() {
        return Optional.ofNullable(lastDurationMs).map(Duration::ofMillis);
    }

    public Optional<String> lastError() {
        return Optional.ofNullable(lastError);
    }
}
