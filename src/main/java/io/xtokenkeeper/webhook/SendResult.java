package io.xtokenkeeper.webhook;

import java.time.Duration;
import java.util.Optional;

/** The result of sending a message to a receiver. */
sealed interface SendResult {
    record Taken(int status) implements SendResult {}

    /** The receiver responded 410 Gone: it wants no more messages. */
    record Gone() implements SendResult {}

    /**
     * The receiver responded with a status that is neither 2xx nor 410.
     *
     * @param retryAfter how long the receiver wants us to wait
     */
    record Refused(int status, Optional<Duration> retryAfter) implements SendResult {}

    /**
     * There was no response, or the message was not sent.
     *
     * @param why a short fixed text
     */
    record NoAnswer(String why) implements SendResult {}
}
