package io.xtokenkeeper.app;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.quarkus.scheduler.Scheduler;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.xtokenkeeper.refresh.ShowBacklog;
import io.xtokenkeeper.refresh.SweepDueAccounts;
import io.xtokenkeeper.refresh.TallyRefreshes;
import io.xtokenkeeper.webhook.SendDeliveries;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The timer: ticks from the end of the start to the beginning of the end. */
@Singleton
class KeepGoing {
    /** A receiver's deadline. What is not through by then is sent again, under the same id. */
    private static final Duration WEBHOOKS_GRACE = Duration.ofSeconds(10);

    private static final Duration LAST_ANSWERS = Duration.ofMillis(200);

    private final Scheduler scheduler;
    private final SweepDueAccounts sweep;
    private final ShowBacklog backlog;
    private final SendDeliveries webhooks;
    private final TallyRefreshes tally;
    private final Settings settings;

    KeepGoing(
            Scheduler scheduler,
            SweepDueAccounts sweep,
            ShowBacklog backlog,
            SendDeliveries webhooks,
            TallyRefreshes tally,
            Settings settings) {
        this.scheduler = scheduler;
        this.sweep = sweep;
        this.backlog = backlog;
        this.webhooks = webhooks;
        this.tally = tally;
        this.settings = settings;
    }

    void start() {
        // the scheduler's own first tick comes up to two seconds after the start: too late after a long absence
        var every = settings.refresh().every().toString();
        Infrastructure.getDefaultWorkerPool().execute(this::tick);
        scheduler
                .newJob("refresh")
                .setInterval(every)
                .setDelayed(every)
                .setConcurrentExecution(ConcurrentExecution.SKIP)
                .setTask(execution -> tick())
                .schedule();
        scheduler
                .newJob("webhooks")
                .setInterval("1s")
                .setConcurrentExecution(ConcurrentExecution.SKIP)
                .setTask(execution -> webhooks.tick())
                .schedule();
    }

    private void tick() {
        sweep.wake();
        backlog.measure();
    }

    /** While callers are still answered: nothing that spends a token starts any more, and what was started is finished. */
    void drain(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        scheduler.pause();
        webhooks.stop();
        sweep.drain(settings.shutdownGrace());
        // callers who waited get their answers before their connections end
        Thread.sleep(LAST_ANSWERS);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        tally.write();
        webhooks.drain(WEBHOOKS_GRACE);
    }
}
