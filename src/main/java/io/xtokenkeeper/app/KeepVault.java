package io.xtokenkeeper.app;

import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.quarkus.scheduler.Scheduler;
import io.xtokenkeeper.audit.PurgeAuditEvents;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.refresh.PendingAccountResolver;
import io.xtokenkeeper.refresh.RetryRevocations;
import io.xtokenkeeper.refresh.TallyRefreshes;
import io.xtokenkeeper.vault.LoopHeartbeats;
import io.xtokenkeeper.vault.ResealValues;
import io.xtokenkeeper.vault.RotateDataKeys;
import io.xtokenkeeper.vault.ShowRotation;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** The timers of everything that waits on its own, apart from refreshing, which they must never hold up. */
@Singleton
class KeepVault {
    private static final Logger LOG = Logger.getLogger(KeepVault.class);

    private final Scheduler scheduler;
    private final RotateDataKeys rotate;
    private final ResealValues reseal;
    private final ShowRotation show;
    private final PurgeAuditEvents purge;
    private final TallyRefreshes tally;
    private final LoopHeartbeats heartbeats;
    private final RetryRevocations revocations;
    private final PendingAccountResolver pending;

    KeepVault(
            Scheduler scheduler,
            RotateDataKeys rotate,
            ResealValues reseal,
            ShowRotation show,
            PurgeAuditEvents purge,
            TallyRefreshes tally,
            RetryRevocations revocations,
            PendingAccountResolver pending,
            LoopHeartbeats heartbeats) {
        this.scheduler = scheduler;
        this.rotate = rotate;
        this.reseal = reseal;
        this.show = show;
        this.purge = purge;
        this.tally = tally;
        this.revocations = revocations;
        this.pending = pending;
        this.heartbeats = heartbeats;
    }

    void start() {
        every("data keys", 1, this::lookAtKeys);
        every("sealing anew", 1, reseal::step);
        every("old events", 3600, purge::old);
        every("figures for charts", 5, tally::write);
        every("revocations", 10, revocations::run);
        every("pending accounts", 10, pending::run);
    }

    private void lookAtKeys() {
        rotate.tick();
        show.measure();
    }

    private void every(String job, int seconds, Runnable task) {
        var heartbeat = heartbeats.register(job, LoopHeartbeats.MAX_SILENCE.plusSeconds(seconds));
        scheduler
                .newJob(job)
                .setInterval(seconds + "s")
                .setConcurrentExecution(ConcurrentExecution.SKIP)
                .setTask(execution -> {
                    try {
                        task.run();
                    } catch (DatabaseException e) {
                        LOG.warnf("%s: tried again in %d s: %s", job, seconds, e.getMessage());
                    } catch (Throwable e) {
                        LOG.errorf(e, "%s failed; tried again in %d s", job, seconds);
                    } finally {
                        heartbeat.beat();
                    }
                })
                .schedule();
    }
}
