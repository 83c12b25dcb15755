package io.xtokenkeeper.encryption;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.Immutable;

/** A data key, wrapped with the master key. {@link DataKeyRepository} adds and re-wraps data keys; none is ever deleted. */
@Entity
@Immutable
@SuppressWarnings("UnusedVariable") // the whole row is mapped
public class DataKey {
    @Id
    private int id;

    private byte[] wrapped;
    private String masterKeyId;
    private Instant createdAt;
    private Instant retiredAt;

    protected DataKey() {}

    public int id() {
        return id;
    }

    public String masterKeyId() {
        return masterKeyId;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** When this key was retired: since then no stored value is encrypted with it. Empty while it is in use. */
    public Optional<Instant> retiredAt() {
        return Optional.ofNullable(retiredAt);
    }
}
