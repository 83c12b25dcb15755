package io.xtokenkeeper.encryption;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.SupervisedJob;
import jakarta.inject.Singleton;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import org.jboss.logging.Logger;

/**
 * Adds a data key, on request or when the newest one reaches the configured age. The key encrypts only two seconds later,
 * when every replica has loaded it by its own {@link #tick}.
 */
@Singleton
public class KeyRotationService {
    private static final Logger LOG = Logger.getLogger(KeyRotationService.class);

    private final KeyRing ring;
    private final KeyRotationRepository rotations;
    private final EncryptedValues values;
    private final KeyRotationSettings settings;
    private final AuditTrail trail;

    KeyRotationService(
            KeyRing ring,
            KeyRotationRepository rotations,
            EncryptedValues values,
            KeyRotationSettings settings,
            AuditTrail trail) {
        this.ring = ring;
        this.rotations = rotations;
        this.values = values;
        this.settings = settings;
        this.trail = trail;
    }

    /**
     * Adds a data key and starts re-encrypting values with it. Empty, and nothing is changed, while a previous rotation is
     * running.
     *
     * @param record called with the new key's id, in the same transaction
     * @return the id of the new data key
     */
    public OptionalInt begin(IntConsumer record) {
        var key = ring.generate();
        var total = values.count().values().stream().mapToLong(Long::longValue).sum();
        if (!rotations.begin(key, total, () -> record.accept(key.id()))) {
            return OptionalInt.empty();
        }
        ring.reload();
        LOG.infof("Added data key %d; %d values will be encrypted again under it", key.id(), total);
        return OptionalInt.of(key.id());
    }

    /**
     * Loads keys that other replicas added, and adds one if the newest has reached the configured age. Called by the
     * scheduler every second.
     */
    @SupervisedJob
    @Scheduled(identity = "data keys", every = "1s", concurrentExecution = ConcurrentExecution.SKIP)
    void tick() {
        try {
            ring.reload();
            if (settings.every().filter(rotations::isNewestKeyOlderThan).isPresent()) {
                begin(id -> trail.record(
                        NewAuditEvent.ofTimer(AuditEventType.VAULT_ROTATED, "data key " + id + ", by its period")));
            }
        } catch (DatabaseException e) {
            LOG.debugf("Cannot reload the data keys: %s", e.getMessage());
        }
    }
}
