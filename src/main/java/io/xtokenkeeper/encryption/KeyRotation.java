package io.xtokenkeeper.encryption;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.Immutable;

/** What became, or becomes, of the values that were encrypted when a data key was added. */
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

    /** The key that was added. */
    public int dataKeyId() {
        return dataKeyId;
    }

    public Instant startedAt() {
        return startedAt;
    }

    /** Empty while values are encrypted again. */
    public Optional<Instant> finishedAt() {
        return Optional.ofNullable(finishedAt);
    }

    public boolean isRunning() {
        return finishedAt == null;
    }

    /** Values that were under older keys when it began. */
    public long total() {
        return total;
    }

    /** Those that still are, counted now and then. */
    public long remaining() {
        return remaining;
    }

    /** Those that cannot be decrypted; they stay as they are. */
    public long unreadable() {
        return unreadable;
    }
}
