package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One event for one webhook, as the log shows it.
 *
 * @param id the message's id, the same at each try
 * @param seq grows with each; what the log is read on from
 * @param nextTryAt empty where there is none
 * @param lastStatus the HTTP status of the last answer; empty where none came
 */
public record Delivery(
        String id,
        long seq,
        String webhookId,
        Optional<Long> eventId,
        String type,
        Instant occurredAt,
        Optional<AccountId> account,
        State state,
        int tries,
        Optional<Instant> nextTryAt,
        Instant createdAt,
        Optional<Instant> lastTryAt,
        Optional<Integer> lastStatus,
        Optional<Duration> lastDuration,
        Optional<String> lastError) {
    /** What became of it. */
    public enum State {
        PENDING,
        DELIVERED,
        FAILED
    }
}
