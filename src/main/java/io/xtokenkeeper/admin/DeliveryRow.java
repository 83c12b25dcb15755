package io.xtokenkeeper.admin;

import io.xtokenkeeper.http.DisplayTime;
import io.xtokenkeeper.webhook.Delivery;
import java.util.Optional;

/**
 * A delivery as a row of the delivery log.
 *
 * @param kind of the badge: good, wait or bad
 * @param answer status and duration of the last response, or why there was none
 */
record DeliveryRow(
        String id,
        String type,
        Optional<String> account,
        String state,
        String kind,
        int tries,
        DisplayTime occurred,
        Optional<DisplayTime> next,
        String answer) {
    static DeliveryRow of(Delivery delivery) {
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
                DisplayTime.of(delivery.occurredAt()),
                delivery.nextTryAt().map(DisplayTime::of),
                delivery.lastStatus()
                        .map(status -> status + took)
                        .or(() -> delivery.lastError())
                        .orElse("not sent yet"));
    }
}
