package io.xtokenkeeper.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The result of one delivery attempt.
 *
 * @param at when it started
 * @param took how long it took
 * @param status of the response; empty if there was none
 * @param error why the attempt failed; empty if the message was delivered
 * @param again how long to wait before the next attempt; empty if there is none
 */
record DeliveryAttempt(
        Instant at, Duration took, Optional<Integer> status, Optional<String> error, Optional<Duration> again) {
    public Delivery.State state() {
        if (error.isEmpty()) {
            return Delivery.State.DELIVERED;
        }
        return again.isPresent() ? Delivery.State.PENDING : Delivery.State.FAILED;
    }
}
