package io.xtokenkeeper.audit;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.Immutable;

/** A stored event of the audit trail. Ids increase in the order of commits. */
@Entity
@Immutable
public class AuditEvent {
    @Id
    private long id;

    private Instant at;
    private String type;
    private String actor;
    private String accountId;
    private String address;
    private String outcome;
    private String detail;
    private String reference;

    protected AuditEvent() {}

    public long id() {
        return id;
    }

    public Instant at() {
        return at;
    }

    public String type() {
        return type;
    }

    public String actor() {
        return actor;
    }

    public Optional<String> account() {
        return Optional.ofNullable(accountId);
    }

    public Optional<String> address() {
        return Optional.ofNullable(address);
    }

    public String outcome() {
        return outcome;
    }

    public Optional<String> detail() {
        return Optional.ofNullable(detail);
    }

    /** The caller's own id for the person, if the event has one. */
    public Optional<String> reference() {
        return Optional.ofNullable(reference);
    }
}
