package io.xtokenkeeper.webhook;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.xtokenkeeper.vault.Deliveries;
import io.xtokenkeeper.vault.Delivery;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/** The figures of deliveries, and the end of old ones. */
@Singleton
class WebhookWatch {
    private static final String COUNTER = "keeper.webhook.deliveries";
    private static final Duration REMEMBERED = Duration.ofDays(30);

    private final Deliveries deliveries;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private volatile long pending;

    WebhookWatch(Deliveries deliveries, InstantSource clock, MeterRegistry meters) {
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

    /** A try ended, and left its delivery so. */
    void tried(Delivery.State state) {
        meters.counter(COUNTER, "outcome", outcome(state)).increment();
    }

    void measure() {
        pending = deliveries.pending();
        deliveries.forget(clock.instant().minus(REMEMBERED));
    }

    private static String outcome(Delivery.State state) {
        return state == Delivery.State.PENDING ? "retried" : state.name().toLowerCase(Locale.ROOT);
    }
}
