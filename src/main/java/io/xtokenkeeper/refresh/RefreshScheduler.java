package io.xtokenkeeper.refresh;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.context.api.ManagedExecutorConfig;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.LoopHeartbeats;
import io.xtokenkeeper.scheduling.WakeableTask;
import io.xtokenkeeper.xapi.XCallPermits;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.eclipse.microprofile.context.ThreadContext;
import org.jboss.logging.Logger;

/**
 * Claims due accounts and starts their refreshes, as many as there are free slots for calls to X, and continues as slots
 * become free, until no account is due.
 */
@Singleton
public class RefreshScheduler {
    private static final Logger LOG = Logger.getLogger(RefreshScheduler.class);
    private static final int MAX_AT_ONCE = 500;
    private static final Duration RATE_PAUSE = Duration.ofMillis(100);
    private static final Duration DRAIN_STEP = Duration.ofMillis(20);

    private final RefreshStarter starter;
    private final RefreshResultWriter writer;
    private final XCallPermits permits;
    private final LoopHeartbeats.Heartbeat heartbeat;
    private final RefreshSettings settings;
    private final InstantSource clock;
    /** Never runs twice at the same time: a second run would claim accounts for the same free slots. */
    private final WakeableTask sweep;

    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile Optional<Instant> lastSweep = Optional.empty();
    private volatile boolean moreIsDue;
    private volatile boolean stopped;

    RefreshScheduler(
            RefreshStarter starter,
            RefreshResultWriter writer,
            XCallPermits permits,
            LoopHeartbeats heartbeats,
            RefreshSettings settings,
            InstantSource clock,
            @ManagedExecutorConfig(
                            propagated = {},
                            cleared = ThreadContext.ALL_REMAINING)
                    ManagedExecutor threads) {
        this.starter = starter;
        this.writer = writer;
        this.permits = permits;
        this.heartbeat = heartbeats.register("sweep", LoopHeartbeats.MAX_SILENCE.plus(settings.every()));
        this.settings = settings;
        this.clock = clock;
        this.sweep = new WakeableTask(threads, this::sweep);
    }

    /** Triggers a sweep. The first tick comes one interval after startup, because startup itself calls {@link #wake}. */
    @Scheduled(
            identity = "refresh",
            every = "{keeper.refresh.every}",
            delayed = "{keeper.refresh.every}",
            concurrentExecution = ConcurrentExecution.SKIP)
    void tick() {
        wake();
    }

    /** Starts a sweep in the background and returns at once. */
    public void wake() {
        sweep.wake();
    }

    /**
     * When the last sweep ended without an error; empty before the first one. A sweep that may not claim anything counts
     * too.
     */
    public Optional<Instant> lastSweep() {
        return lastSweep;
    }

    /** Why token pairs that are not stored yet block all claims; empty if claims are allowed. */
    public Optional<String> blocked() {
        return writer.whyNothingIsClaimed();
    }

    private void sweep() {
        heartbeat.beat();
        try {
            var started = 1;
            while (!stopped && started > 0 && room() > 0) {
                heartbeat.beat();
                started = startSome();
            }
            lastSweep = Optional.of(clock.instant());
            if (moreIsDue && room() > 0) {
                // more accounts may be due, but the rate limit is used up or no permit is free
                CompletableFuture.delayedExecutor(RATE_PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(this::wake);
            }
        } catch (DatabaseException e) {
            LOG.warnf("Cannot claim due accounts: %s", e.getMessage());
        } catch (Throwable e) {
            LOG.error("Cannot look for due accounts; the next tick tries again", e);
        }
    }

    private int startSome() {
        var started = starter.startDue(Math.min(room(), MAX_AT_ONCE));
        moreIsDue = started.more();
        inFlight.addAndGet(started.inFlight().size());
        started.inFlight().forEach(refresh -> refresh.whenComplete((outcome, failure) -> makeRoom()));
        return moreIsDue ? started.inFlight().size() : 0;
    }

    private void makeRoom() {
        inFlight.decrementAndGet();
        // wake only when a quarter of the slots is free: fewer and larger claims
        if (moreIsDue && room() >= Math.max(1, settings.concurrency() / 4)) {
            wake();
        }
    }

    private int room() {
        return settings.concurrency() - inFlight.get();
    }

    /**
     * Stops admitting calls to X, then waits until the result of every call in flight is stored: scheduled and on-demand
     * refreshes, consents, revocations.
     *
     * @param grace the longest wait
     */
    public void drain(Duration grace) throws InterruptedException {
        stopped = true;
        permits.stop();
        var before = permits.unfinished();
        var end = System.nanoTime() + grace.toNanos();
        permits.awaitIdle(grace);
        while (!writer.isIdle() && System.nanoTime() < end) {
            Thread.sleep(DRAIN_STEP);
        }
        var left = permits.unfinished();
        LOG.infof(
                "stopping: %d calls to X in flight were finished and saved, %d were not (refreshes, consents and revocations)",
                Math.max(0, before - left), left);
    }
}
