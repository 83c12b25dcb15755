package io.xtokenkeeper.webhook;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.context.api.ManagedExecutorConfig;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.LoopHeartbeats;
import io.xtokenkeeper.scheduling.WakeableTask;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.eclipse.microprofile.context.ThreadContext;
import org.jboss.logging.Logger;

/**
 * Turns audit events into deliveries and sends those that are due, called by the scheduler and again whenever a webhook's
 * deliveries are done. A webhook gets its next few deliveries when its previous few are done, so that a slow one delays only
 * itself.
 */
@Singleton
public class WebhookDispatcher {
    private static final Logger LOG = Logger.getLogger(WebhookDispatcher.class);
    /**
     * More than {@link WebhookRepository#MAX_WEBHOOKS}: if all of them are failing, each with one attempt, there is still
     * room.
     */
    static final int MAX_AT_ONCE = 64;

    private static final int MAX_PER_WEBHOOK = 8;
    private static final int EVENT_BATCH_SIZE = 500;
    /** Longer than it takes to resolve a name and to receive a response. */
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final Duration DRAIN_STEP = Duration.ofMillis(20);
    private static final int TICKS_PER_MEASUREMENT = 10;

    private final DeliveryQueue queue;
    private final DeliveryAttemptRunner deliveryAttemptRunner;
    private final WebhookMetrics metrics;
    private final LoopHeartbeats.Heartbeat heartbeat;
    /** Platform threads: resolving a name would pin the carrier of a virtual thread. */
    private final ManagedExecutor threads;
    /** One round at a time: a second one would claim deliveries for the same free slots. */
    private final WakeableTask rounds;

    private final Map<String, Integer> inFlight = new ConcurrentHashMap<>();
    private volatile boolean stopped;
    private int ticks;

    WebhookDispatcher(
            DeliveryQueue queue,
            DeliveryAttemptRunner deliveryAttemptRunner,
            WebhookMetrics metrics,
            LoopHeartbeats heartbeats,
            @ManagedExecutorConfig(
                            propagated = {},
                            cleared = ThreadContext.ALL_REMAINING)
                    ManagedExecutor threads) {
        this.queue = queue;
        this.deliveryAttemptRunner = deliveryAttemptRunner;
        this.metrics = metrics;
        this.threads = threads;
        this.rounds = new WakeableTask(threads, this::round);
        this.heartbeat = heartbeats.register("webhooks", LoopHeartbeats.MAX_SILENCE);
    }

    /** Called by the scheduler every second, one call at a time. */
    @Scheduled(identity = "webhooks", every = "1s", concurrentExecution = ConcurrentExecution.SKIP)
    void tick() {
        wake();
        if (ticks++ % TICKS_PER_MEASUREMENT == 0) {
            try {
                metrics.measure();
            } catch (DatabaseException e) {
                LOG.debugf("Cannot measure the backlog of webhooks: %s", e.getMessage());
            }
        }
    }

    private void wake() {
        if (!stopped) {
            rounds.wake();
        }
    }

    private void round() {
        try {
            heartbeat.beat();
            while (!stopped && queue.fanOut(EVENT_BATCH_SIZE)) {
                heartbeat.beat();
            }
            var room = MAX_AT_ONCE
                    - inFlight.values().stream().mapToInt(Integer::intValue).sum();
            if (!stopped && room > 0) {
                send(queue.claim(MAX_PER_WEBHOOK, List.copyOf(inFlight.keySet()), room, LEASE));
            }
        } catch (DatabaseException e) {
            LOG.warnf("Cannot deliver webhooks, retrying: %s", e.getMessage());
        } catch (Throwable e) {
            LOG.error("Webhooks failed; retrying at the next tick", e);
        }
    }

    private void send(List<DueDelivery> due) {
        inFlight.putAll(due.stream().collect(Collectors.toMap(DueDelivery::webhookId, delivery -> 1, Integer::sum)));
        due.forEach(this::startSending);
    }

    /**
     * If no thread is available, the delivery is sent again after its lease, and the webhook does not count as busy until
     * then.
     */
    private void startSending(DueDelivery delivery) {
        try {
            threads.execute(() -> send(delivery));
        } catch (Throwable e) {
            LOG.errorf(e, "Cannot start delivery %s; it is retried", delivery.id());
            finish(delivery);
        }
    }

    private void send(DueDelivery delivery) {
        try {
            deliveryAttemptRunner.make(delivery);
        } catch (DatabaseException e) {
            LOG.warnf("Cannot record the result of delivery %s; it is sent again: %s", delivery.id(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            LOG.errorf(e, "Delivery %s failed; it is retried", delivery.id());
        } finally {
            finish(delivery);
        }
    }

    private void finish(DueDelivery delivery) {
        if (inFlight.computeIfPresent(delivery.webhookId(), (id, n) -> n > 1 ? n - 1 : null) == null) {
            wake();
        }
    }

    /** Stops claiming deliveries. */
    public void stop() {
        stopped = true;
    }

    /**
     * Waits until all attempts in flight are recorded, at most {@code patience}. A delivery whose attempt is not recorded by
     * then is sent again, by any replica.
     */
    public void drain(Duration patience) throws InterruptedException {
        var end = System.nanoTime() + patience.toNanos();
        while (!inFlight.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(DRAIN_STEP);
        }
    }
}
