package io.xtokenkeeper.webhook;

import java.time.Duration;
import java.util.Optional;

/** What a receiver made of a message. */
sealed interface SendResult {
    record Taken(int status) implements SendResult {}

    /** The receiver wants no more of them, HTTP 410. */
    record Gone() implements SendResult {}

    /** @param retryAfter how long the receiver wants us to wait */
    record Refused(int status, Optional<Duration> retryAfter) implements SendResult {}

    /** @param why a fixed word or two */
    record NoAnswer(String why) implements SendResult {}
}
