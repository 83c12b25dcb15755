package io.xtokenkeeper.audit;

import io.xtokenkeeper.domain.AccountId;
import java.util.Optional;

/**
 * Something that was done, or was tried.
 *
 * @param actor {@code key:<id>}, {@code session:<id>}, {@code browser}, {@code timer} or {@code operator}
 * @param address where the request came from; empty for the timer
 * @param detail a sentence or a fixed word; never a secret
 */
public record NewAuditEvent(
        AuditEventType type,
        String actor,
        Optional<AccountId> account,
        Optional<String> address,
        Outcome outcome,
        Optional<String> detail) {
    /** The actor of what nobody asked for. */
    public static final String TIMER = "timer";

    /** How it went. */
    public enum Outcome {
        DONE,
        REFUSED,
        FAILED
    }

    /** The same, done to this account. */
    public NewAuditEvent about(AccountId one) {
        return new NewAuditEvent(type, actor, Optional.of(one), address, outcome, detail);
    }

    /** Found out by ourselves. */
    public static NewAuditEvent ofTimer(AuditEventType type, String detail) {
        return new NewAuditEvent(type, TIMER, Optional.empty(), Optional.empty(), Outcome.DONE, Optional.of(detail));
    }
}
