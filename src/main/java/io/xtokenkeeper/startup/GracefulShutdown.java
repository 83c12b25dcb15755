package io.xtokenkeeper.startup;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduler;
import io.xtokenkeeper.config.Settings;
import io.xtokenkeeper.refresh.RefreshScheduler;
import io.xtokenkeeper.refresh.RefreshStatistics;
import io.xtokenkeeper.usage.UsageCounter;
import io.xtokenkeeper.webhook.WebhookDispatcher;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Finishes the exchanges that are in flight before the service stops. */
@Singleton
class GracefulShutdown {
    /** The timeout of a delivery attempt. A delivery that is unfinished by then is sent again, under the same id. */
    private static final Duration WEBHOOKS_GRACE = Duration.ofSeconds(10);

    private static final Duration LAST_ANSWERS = Duration.ofMillis(200);

    private final Scheduler scheduler;
    private final RefreshScheduler sweep;
    private final WebhookDispatcher webhooks;
    private final RefreshStatistics tally;
    private final UsageCounter usage;
    private final Settings settings;

    GracefulShutdown(
            Scheduler scheduler,
            RefreshScheduler sweep,
            WebhookDispatcher webhooks,
            RefreshStatistics tally,
            UsageCounter usage,
            Settings settings) {
        this.scheduler = scheduler;
        this.sweep = sweep;
        this.webhooks = webhooks;
        this.tally = tally;
        this.usage = usage;
        this.settings = settings;
    }

    /** While callers still get responses: nothing that spends a token starts any more, and what was started is finished. */
    void drain(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        if (scheduler.isStarted()) {
            scheduler.pause();
        }
        webhooks.stop();
        sweep.drain(settings.shutdownGrace());
        // callers that waited get their responses before their connections are closed
        Thread.sleep(LAST_ANSWERS);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        tally.write();
        usage.write();
        webhooks.drain(WEBHOOKS_GRACE);
    }
}
