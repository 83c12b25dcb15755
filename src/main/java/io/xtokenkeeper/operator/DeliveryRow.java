package io.xtokenkeeper.operator;

import io.xtokenkeeper.web.When;
import io.xtokenkeeper.webhook.Delivery;
import java.time.Instant;
import java.util.Optional;

/**
 * A delivery in the log.
 *
 * @param kind of the badge: good, wait or bad
 * @param answer the last one's status and time, or why there was none
 */
record DeliveryRow(
        String id,
        String type,
        Optional<String> account,
        String state,
        String kind,
        int tries,
        When occurred,
        Optional<When> next,
        String answer) {
    static DeliveryRow of(Delivery delivery, Instant now) {
        var took = delivery.lastDuration()
                .map(time -> " in " + time.toMillis() + " ms")
                .orElse("");
        return new DeliveryRow(
                delivery.id(),
                delivery.type(),
                delivery.account().map(id -> id.value()),
                switch (delivery.state()) {
                    case PENDING -> "Waits";
                    case DELIVERED -> "Delivered";
                    case FAILED -> "Failed";
                },
                switch (delivery.state()) {
                    case PENDING -> "wait";
                    case DELIVERED -> "good";
                    case FAILED -> "bad";
                },
                delivery.tries(),
                When.of(delivery.occurredAt(), now),
                delivery.nextTryAt().map(at -> When.of(at, now)),
                delivery.lastStatus()
                        .map(status -> status + took)
                        .or(() -> delivery.lastError())
                        .orElse("not sent yet"));
    }
}
