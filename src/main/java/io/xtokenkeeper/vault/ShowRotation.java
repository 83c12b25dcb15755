package io.xtokenkeeper.vault;

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

/** How far sealing anew is, as figures for whoever watches; the same on every replica. */
@Singleton
public class ShowRotation {
    private static final Logger LOG = Logger.getLogger(ShowRotation.class);

    private final Rotations rotations;
    private volatile Optional<Rotation> newest = Optional.empty();

    ShowRotation(Rotations rotations, MeterRegistry meters) {
        this.rotations = rotations;
        gauge(meters, "keeper.vault.rotating", "1 while values are sealed anew", one -> one.isRunning() ? 1 : 0);
        gauge(meters, "keeper.vault.values.under.old.keys", "Values not under the newest key", Rotation::remaining);
        gauge(
                meters,
                "keeper.vault.unreadable.values",
                "Values that sealing anew could not open",
                Rotation::unreadable);
    }

    private void gauge(MeterRegistry meters, String name, String says, ToLongFunction<Rotation> figure) {
        Gauge.builder(name, this, show -> show.newest.map(figure::applyAsLong).orElse(0L))
                .description(says)
                .register(meters);
    }

    /** Values that do not open, as sealing anew last found. */
    public long unreadable() {
        return newest.map(Rotation::unreadable).orElse(0L);
    }

    /** Reads anew. Called by the timer. */
    @SupervisedJob
    @Scheduled(identity = "figures of the key rotation", every = "1s", concurrentExecution = ConcurrentExecution.SKIP)
    void measure() {
        try {
            newest = rotations.newest();
        } catch (DatabaseException e) {
            LOG.debugf("the figures stay as they were: %s", e.getMessage());
        }
    }
}
