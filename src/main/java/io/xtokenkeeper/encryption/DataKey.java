package io.xtokenkeeper.encryption;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.Immutable;

/** A data key, wrapped under the master key. Added and wrapped again by {@link DataKeyRepository}; never deleted. */
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

    /** Since when no value has been under it. */
    public Optional<Instant> retiredAt() {
        return Optional.ofNullable(retiredAt);
    }
}
