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
    private final WebhookUrlValidator check;
    private final PayloadFactory write;
    private final WebhookHttpClient post;
    private final DeliveryResultRecorder note;
    private final InstantSource clock;

    DeliveryAttemptRunner(
            WebhookUrlValidator check,
            PayloadFactory write,
            WebhookHttpClient post,
            DeliveryResultRecorder note,
            InstantSource clock) {
        this.check = check;
        this.write = write;
        this.post = post;
        this.note = note;
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
        note.note(delivery, posted, now, Duration.ofNanos(System.nanoTime() - started));
    }

    private SendResult send(DueDelivery delivery, Instant now) throws InterruptedException {
        return switch (check.check(delivery.url())) {
            case Destination.Allowed allowed -> post.post(allowed, write.write(delivery, now));
            case Destination.ByProxy proxied -> post.post(proxied, write.write(delivery, now));
            case Destination.Refused(var why) -> new SendResult.NoAnswer("not sent: " + why);
        };
    }
}
