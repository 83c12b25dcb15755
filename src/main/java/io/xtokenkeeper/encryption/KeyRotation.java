package io.xtokenkeeper.encryption;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.Immutable;

/** The progress of one key rotation: re-encrypting the values that existed when a data key was added. */
@Entity
@Immutable
@Table(name = "vault_rotation")
@SuppressWarnings("UnusedVariable") // the whole row is mapped
public class KeyRotation {
    @Id
    private int dataKeyId;

    private Instant startedAt;
    private Instant finishedAt;
    private long total;
    private long remaining;
    private long unreadable;
    private String worker;
    private Instant workerUntil;
    private Instant checkedAt;

    protected KeyRotation() {}

    /** The id of the data key that was added. */
    public int dataKeyId() {
        return dataKeyId;
    }

    public Instant startedAt() {
        return startedAt;
    }

    /** Empty while values are being re-encrypted. */
    public Optional<Instant> finishedAt() {
        return Optional.ofNullable(finishedAt);
    }

    public boolean isRunning() {
        return finishedAt == null;
    }

    /** How many values were encrypted with older keys when the rotation began. */
    public long total() {
        return total;
    }

    /** How many of them still are: reduced with each batch, counted after each pass over all tables. */
    public long remaining() {
        return remaining;
    }

    /** How many values cannot be decrypted; they are left unchanged. */
    public long unreadable() {
        return unreadable;
    }
}
