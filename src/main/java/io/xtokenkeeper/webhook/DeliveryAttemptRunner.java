package io.xtokenkeeper.webhook;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Makes one delivery attempt: validates the URL again, sends the message outside any transaction, and records the result.
 */
@Singleton
class DeliveryAttemptRunner {
    private final WebhookUrlValidator urlValidator;
    private final PayloadFactory payloads;
    private final WebhookHttpClient httpClient;
    private final DeliveryResultRecorder recorder;
    private final InstantSource clock;

    DeliveryAttemptRunner(
            WebhookUrlValidator urlValidator,
            PayloadFactory payloads,
            WebhookHttpClient httpClient,
            DeliveryResultRecorder recorder,
            InstantSource clock) {
        this.urlValidator = urlValidator;
        this.payloads = payloads;
        this.httpClient = httpClient;
        this.recorder = recorder;
        this.clock = clock;
    }

    /**
     * @throws io.xtokenkeeper.persistence.DatabaseException if the result cannot be recorded; the message is then sent again
     */
    void make(DueDelivery delivery) throws InterruptedException {
        var now = clock.instant();
        var started = System.nanoTime();
        var posted = delivery.secrets().isEmpty()
                ? new SendResult.NoAnswer("not sent: its signing secret does not open")
                : send(delivery, now);
        recorder.record(delivery, posted, now, Duration.ofNanos(System.nanoTime() - started));
    }

    private SendResult send(DueDelivery delivery, Instant now) throws InterruptedException {
        return switch (urlValidator.check(delivery.url())) {
            case Destination.Allowed allowed -> httpClient.post(allowed, payloads.create(delivery, now));
            case Destination.ByProxy proxied -> httpClient.post(proxied, payloads.create(delivery, now));
            case Destination.Refused(var why) -> new SendResult.NoAnswer("not sent: " + why);
        };
    }
}
