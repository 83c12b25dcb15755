package io.xtokenkeeper.refresh;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.refresh.AppState.Pause;
import io.xtokenkeeper.statistics.Backlog;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;

/** Publishes the backlog, the circuit breaker's state and the journal's size as Micrometer gauges. */
@Singleton
public class BacklogMetrics {
    private static final Logger LOG = Logger.getLogger(BacklogMetrics.class);

    private final Backlog backlog;
    private final InstantSource clock;
    private volatile Backlog.Figures figures = Backlog.Figures.NONE;

    BacklogMetrics(
            Backlog backlog,
            InstantSource clock,
            RefreshCircuitBreaker breaker,
            TokenPairJournal journal,
            MeterRegistry meters) {
        this.backlog = backlog;
        this.clock = clock;
        gauge(meters, "keeper.accounts.due", "Accounts whose refresh is due", metrics -> metrics.figures.due());
        gauge(meters, "keeper.accounts.overdue", "Due for more than a minute", metrics -> metrics.figures.overdue());
        gauge(
                meters,
                "keeper.oldest.overdue.seconds",
                "How long the account has waited that waits longest",
                metrics -> metrics.figures.oldestSeconds());
        Gauge.builder("keeper.brake", breaker, BacklogMetrics::state)
                .description(
                        "0 refreshing goes on; paused because 1 X limits the rate, 2 X rejects the app, 3 answers are not X's")
                .register(meters);
        Gauge.builder("keeper.journal.entries", journal, TokenPairJournal::size)
                .description("New pairs that wait because a save failed")
                .register(meters);
    }

    private void gauge(MeterRegistry meters, String name, String description, ToDoubleFunction<BacklogMetrics> value) {
        Gauge.builder(name, this, value).description(description).register(meters);
    }

    private static double state(RefreshCircuitBreaker breaker) {
        return breaker.currentPause().map(BacklogMetrics::weight).orElse(0.0);
    }

    private static double weight(Pause pause) {
        return switch (pause.kind()) {
            case RATE_LIMITED -> 1;
            case APP_REJECTED -> 2;
            case NOT_FROM_X -> 3;
        };
    }

    /** Returns the backlog as last measured, at the refresh interval. */
    public Backlog.Figures figures() {
        return figures;
    }

    @Scheduled(
            identity = "figures of the backlog",
            every = "{keeper.refresh.every}",
            concurrentExecution = ConcurrentExecution.SKIP)
    void measure() {
        try {
            figures = backlog.measure(clock.instant());
        } catch (DatabaseException e) {
            LOG.debugf("Cannot update the metrics of the backlog: %s", e.getMessage());
        }
    }
}
