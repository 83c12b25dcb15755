package io.xtokenkeeper.webhook;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/** Counts delivery attempts, publishes the number of pending deliveries, and deletes deliveries older than 30 days. */
@Singleton
class WebhookMetrics {
    private static final String COUNTER = "keeper.webhook.deliveries";
    private static final Duration REMEMBERED = Duration.ofDays(30);

    private final DeliveryRepository deliveries;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private volatile long pending;

    WebhookMetrics(DeliveryRepository deliveries, InstantSource clock, MeterRegistry meters) {
        this.deliveries = deliveries;
        this.clock = clock;
        this.meters = meters;
        Gauge.builder("keeper.webhook.deliveries.pending", this, watch -> watch.pending)
                .description("Deliveries that wait for a try")
                .register(meters);
        for (var state : Delivery.State.values()) {
            meters.counter(COUNTER, "outcome", outcome(state));
        }
    }

    /** Counts an attempt that left its delivery in this state. */
    void countAttempt(Delivery.State state) {
        meters.counter(COUNTER, "outcome", outcome(state)).increment();
    }

    void measure() {
        pending = deliveries.pending();
        deliveries.purge(clock.instant().minus(REMEMBERED));
    }

    private static String outcome(Delivery.State state) {
        return state == Delivery.State.PENDING ? "retried" : state.name().toLowerCase(Locale.ROOT);
    }
}
