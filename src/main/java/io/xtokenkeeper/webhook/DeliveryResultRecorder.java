package io.xtokenkeeper.webhook;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** Records the result of a delivery attempt: when the next one is due, and whether the webhook is disabled. */
@Singleton
class DeliveryResultRecorder {
    private static final Logger LOG = Logger.getLogger(DeliveryResultRecorder.class);
    private static final int GONE = 410;
    /**
     * Longer than all attempts of one message take: a receiver that accepted none in that time is assumed not to exist any
     * more.
     */
    private static final Duration MAX_FAILING = Duration.ofDays(5);

    private final DeliveryQueue queue;
    private final WebhookRepository webhooks;
    private final WebhookMetrics metrics;

    DeliveryResultRecorder(DeliveryQueue queue, WebhookRepository webhooks, WebhookMetrics metrics) {
        this.queue = queue;
        this.webhooks = webhooks;
        this.metrics = metrics;
    }

    /**
     * @throws io.xtokenkeeper.persistence.DatabaseException if the result cannot be recorded; the message is then sent again
     */
    void record(DueDelivery delivery, SendResult posted, Instant at, Duration took) {
        switch (posted) {
            case SendResult.Taken(var status) ->
                recordAttempt(
                        delivery,
                        new DeliveryAttempt(at, took, Optional.of(status), Optional.empty(), Optional.empty()));
            case SendResult.Gone() -> {
                recordAttempt(
                        delivery,
                        new DeliveryAttempt(at, took, Optional.of(GONE), Optional.of("gone"), Optional.empty()));
                disable(delivery, "it answered 410 Gone", at);
            }
            case SendResult.Refused(var status, var retryAfter) ->
                failed(delivery, at, took, Optional.of(status), "status " + status, retryAfter);
            case SendResult.NoAnswer(var why) -> failed(delivery, at, took, Optional.empty(), why, Optional.empty());
        }
    }

    private void failed(
            DueDelivery delivery,
            Instant at,
            Duration took,
            Optional<Integer> status,
            String why,
            Optional<Duration> retryAfter) {
        var again = RetrySchedule.waitAfter(delivery.tries(), retryAfter, RandomGenerator.getDefault());
        recordAttempt(delivery, new DeliveryAttempt(at, took, status, Optional.of(why), again));
        var failsLong = delivery.failingSince()
                .filter(since -> since.isBefore(at.minus(MAX_FAILING)))
                .isPresent();
        // not at the first failure after a long time without messages: only when all attempts of a message have failed
        if (again.isEmpty() && failsLong) {
            disable(delivery, "no try succeeded for " + MAX_FAILING.toDays() + " days", at);
        }
    }

    private void recordAttempt(DueDelivery delivery, DeliveryAttempt tried) {
        queue.record(delivery, tried);
        metrics.countAttempt(tried.state());
    }

    private void disable(DueDelivery delivery, String why, Instant now) {
        LOG.warnf("Webhook %s is disabled: %s", delivery.webhookId(), why);
        webhooks.disable(delivery.webhookId(), why, now);
    }
}
