package io.xtokenkeeper.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How one attempt of a delivery went.
 *
 * @param status of the answer; empty where none came
 * @param error why it does not count; empty where it was delivered
 * @param again how long to wait before the next attempt; empty for none
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
