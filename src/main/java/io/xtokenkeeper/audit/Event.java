package io.xtokenkeeper.audit;

import io.xtokenkeeper.token.AccountId;
import java.util.Optional;

/**
 * Something that was done, or was tried.
 *
 * @param actor {@code key:<id>}, {@code browser}, {@code timer} or {@code operator}
 * @param address where the request came from; empty for the timer
 * @param detail a sentence or a fixed word; never a secret
 */
public record Event(
        EventType type,
        String actor,
        Optional<AccountId> account,
        Optional<String> address,
        Outcome outcome,
        Optional<String> detail) {
    /** How it went. */
    public enum Outcome {
        DONE,
        REFUSED,
        FAILED
    }

    /** Done by ourselves, to this account. */
    public static Event ofTimer(EventType type, AccountId account, String detail) {
        return new Event(type, "timer", Optional.of(account), Optional.empty(), Outcome.DONE, Optional.of(detail));
    }
}
