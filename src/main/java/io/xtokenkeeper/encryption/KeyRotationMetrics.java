package io.xtokenkeeper.encryption;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.SupervisedJob;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jboss.logging.Logger;

/** Publishes the progress of key rotation as gauges. The values come from the database, so all replicas report the same. */
@Singleton
public class KeyRotationMetrics {
    private static final Logger LOG = Logger.getLogger(KeyRotationMetrics.class);

    private final KeyRotationRepository rotations;
    private volatile Optional<KeyRotation> newest = Optional.empty();

    KeyRotationMetrics(KeyRotationRepository rotations, MeterRegistry meters) {
        this.rotations = rotations;
        gauge(meters, "keeper.vault.rotating", "1 while values are re-encrypted", one -> one.isRunning() ? 1 : 0);
        gauge(meters, "keeper.vault.values.under.old.keys", "Values not under the newest key", KeyRotation::remaining);
        gauge(
                meters,
                "keeper.vault.unreadable.values",
                "Values that re-encryption could not decrypt",
                KeyRotation::unreadable);
    }

    private void gauge(MeterRegistry meters, String name, String says, ToLongFunction<KeyRotation> figure) {
        Gauge.builder(name, this, show -> show.newest.map(figure::applyAsLong).orElse(0L))
                .description(says)
                .register(meters);
    }

    /** How many values the last pass of re-encryption could not decrypt; 0 if there was no key rotation. */
    public long unreadable() {
        return newest.map(KeyRotation::unreadable).orElse(0L);
    }

    /** Reloads the newest key rotation. Called by the scheduler every second. */
    @SupervisedJob
    @Scheduled(identity = "figures of the key rotation", every = "1s", concurrentExecution = ConcurrentExecution.SKIP)
    void measure() {
        try {
            newest = rotations.newest();
        } catch (DatabaseException e) {
            LOG.debugf("Cannot update the metrics of the backlog: %s", e.getMessage());
        }
    }
}
