package io.xtokenkeeper.app;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.quarkus.scheduler.Scheduler;
import io.xtokenkeeper.refresh.Disconnect;
import io.xtokenkeeper.refresh.ShowBacklog;
import io.xtokenkeeper.refresh.SweepDueAccounts;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** The timer: ticks from the end of the start to the beginning of the end. */
@Singleton
class KeepGoing {
    private final Scheduler scheduler;
    private final SweepDueAccounts sweep;
    private final Disconnect disconnect;
    private final ShowBacklog backlog;
    private final Settings settings;

    KeepGoing(
            Scheduler scheduler,
            SweepDueAccounts sweep,
            Disconnect disconnect,
            ShowBacklog backlog,
            Settings settings) {
        this.scheduler = scheduler;
        this.sweep = sweep;
        this.disconnect = disconnect;
        this.backlog = backlog;
        this.settings = settings;
    }

    void start() {
        scheduler
                .newJob("refresh")
                .setInterval(settings.refresh().every().toString())
                .setConcurrentExecution(ConcurrentExecution.SKIP)
                .setTask(execution -> tick())
                .schedule();
    }

    private void tick() {
        sweep.wake();
        disconnect.again();
        backlog.measure();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        scheduler.pause();
        sweep.drain(settings.shutdownGrace());
    }
}
