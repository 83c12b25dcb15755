package io.xtokenkeeper.encryption;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.encryption.EncryptedValues.Change;
import io.xtokenkeeper.encryption.EncryptedValues.Row;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.SupervisedJob;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Queue;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Re-encrypts values of older data keys with the newest one, at the configured rate, in passes over all tables, until one
 * complete pass finds nothing to do.
 *
 * <ol>
 *   <li>A row is written only if it still has the values that were read, and only its encrypted columns: what a refresh, a
 *       consent or a disconnect writes meanwhile is kept.
 *   <li>If a pass stops half-way, for instance by a crash, the next pass does the rest: values that are done are skipped.
 *   <li>One replica works at a time, only to keep the rate; two at once would do no harm.
 *   <li>A value that cannot be decrypted is logged, counted, and left unchanged.
 * </ol>
 */
@Singleton
public class ReencryptionJob {
    private static final Logger LOG = Logger.getLogger(ReencryptionJob.class);
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final KeyRing ring;
    private final EnvelopeCipher cipher;
    private final EncryptedValues values;
    private final KeyRotationRepository rotations;
    private final AuditTrail trail;
    private final int rate;
    private final String worker = UUID.randomUUID().toString();
    private Walk walk = new Walk(0, false);

    ReencryptionJob(
            KeyRing ring,
            EnvelopeCipher cipher,
            EncryptedValues values,
            KeyRotationRepository rotations,
            AuditTrail trail,
            KeyRotationSettings settings) {
        this.ring = ring;
        this.cipher = cipher;
        this.values = values;
        this.rotations = rotations;
        this.trail = trail;
        this.rate = settings.rate();
    }

    /** The position of a pass over all tables. */
    private static final class Walk {
        private final int dataKeyId;
        private final boolean settled;
        private final Queue<EncryptedTable> tables = new ArrayDeque<>(EncryptedTable.ALL);
        private String after = "";
        private long unreadable;

        private Walk(int dataKeyId, boolean settled) {
            this.dataKeyId = dataKeyId;
            this.settled = settled;
        }

        private boolean isOver() {
            return tables.isEmpty();
        }

        private void nextTable() {
            tables.remove();
            after = "";
        }
    }

    /**
     * Re-encrypts at most as many rows as the configured rate, if there is work and no other replica has claimed it. Called
     * by the scheduler every second, one call at a time.
     */
    @SupervisedJob
    @Scheduled(identity = "re-encryption", every = "1s", concurrentExecution = ConcurrentExecution.SKIP)
    void step() {
        try {
            rotations.claim(ring.currentKeyId(), worker, LEASE).ifPresent(this::continueWith);
        } catch (DatabaseException e) {
            LOG.debugf("Re-encryption waits: %s", e.getMessage());
        }
    }

    private void continueWith(KeyRotationRepository.Work work) {
        var id = work.rotation().dataKeyId();
        if (walk.dataKeyId != id || (walk.isOver() && work.settled())) {
            walk = new Walk(id, work.settled());
        } else if (walk.isOver()) {
            // done early: the pass that counts begins when every replica encrypts with the new key
            return;
        }
        var left = rate;
        while (left > 0 && !walk.isOver()) {
            left -= reencryptBatch(left);
        }
        if (walk.isOver()) {
            finishPass();
        }
    }

    /**
     * Re-encrypts at most {@code limit} rows of the current table.
     *
     * @return how many rows were read
     */
    private int reencryptBatch(int limit) {
        var table = walk.tables.element();
        var rows = values.notUnder(walk.dataKeyId, table, walk.after, limit);
        var changes = new ArrayList<Change>();
        for (var row : rows) {
            var reencrypted = reencrypted(row);
            if (!reencrypted.values().equals(row.values())) {
                changes.add(new Change(row, reencrypted));
            }
        }
        var made = values.replace(table, changes);
        rotations.progress(walk.dataKeyId, (long) made * table.columns().size());
        if (rows.size() < limit) {
            walk.nextTable();
        } else {
            walk.after = rows.getLast().key();
        }
        return rows.size();
    }

    private Row reencrypted(Row row) {
        var reencrypted = new ArrayList<byte[]>();
        for (var column = 0; column < row.values().size(); column++) {
            reencrypted.add(reencrypted(row, column));
        }
        return new Row(row.table(), row.key(), reencrypted);
    }

    /** Returns the array that was read, the same instance, if there is nothing to do or the value cannot be decrypted. */
    private byte[] reencrypted(Row row, int column) {
        var stored = row.values().get(column);
        if (stored == null || EnvelopeCipher.isUnder(walk.dataKeyId, new Ciphertext(stored))) {
            return stored;
        }
        try {
            var context = row.table().place(row.key(), row.table().columns().get(column));
            return cipher.reencrypt(new Ciphertext(stored), context).bytes();
        } catch (DecryptionException e) {
            LOG.errorf("%s; it stays as it is", e.getMessage());
            walk.unreadable++;
            return stored;
        }
    }

    private void finishPass() {
        var counts = values.count();
        var remaining = counts.entrySet().stream()
                .filter(count -> count.getKey() != walk.dataKeyId)
                .mapToLong(count -> count.getValue())
                .sum();
        var over = walk.settled && remaining <= walk.unreadable;
        rotations.walked(walk.dataKeyId, remaining, walk.unreadable, counts.keySet(), over, this::recordEnd);
    }

    private void recordEnd() {
        var detail = "data key " + walk.dataKeyId + ", " + walk.unreadable + " values do not open";
        LOG.infof("All values are re-encrypted: %s", detail);
        trail.record(NewAuditEvent.ofTimer(AuditEventType.VAULT_RESEALED, detail));
    }
}
