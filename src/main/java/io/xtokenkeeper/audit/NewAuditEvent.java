package io.xtokenkeeper.audit;

import io.xtokenkeeper.domain.AccountId;
import java.util.Optional;

/**
 * An audit event to record: an action, or an attempt at one.
 *
 * @param actor {@code key:<id>}, {@code session:<id>}, {@code browser}, {@code timer} or {@code operator}
 * @param address the client's IP address; empty for the scheduler
 * @param detail a sentence or a fixed word; never a secret. It names the person of another account only as {@code X user} and
 *     the id, which an erasure finds
 * @param reference the caller's own id for the user; if it is empty, the first reference of the account is recorded
 * @param link the id of the consent link that led to the event
 */
public record NewAuditEvent(
        AuditEventType type,
        String actor,
        Optional<AccountId> account,
        Optional<String> address,
        Outcome outcome,
        Optional<String> detail,
        Optional<String> reference,
        Optional<String> link) {
    public NewAuditEvent(
            AuditEventType type,
            String actor,
            Optional<AccountId> account,
            Optional<String> address,
            Outcome outcome,
            Optional<String> detail) {
        this(type, actor, account, address, outcome, detail, Optional.empty(), Optional.empty());
    }

    /** The actor of actions that no request caused. */
    public static final String TIMER = "timer";

    /** The outcome of the action. */
    public enum Outcome {
        DONE,
        REFUSED,
        FAILED
    }

    /** The same event, for this account. */
    public NewAuditEvent about(AccountId one) {
        return new NewAuditEvent(type, actor, Optional.of(one), address, outcome, detail, reference, link);
    }

    /** The same event, with the reference and the consent link that led to it. */
    public NewAuditEvent through(Optional<String> reference, Optional<String> link) {
        return new NewAuditEvent(type, actor, account, address, outcome, detail, reference, link);
    }

    /** An event of the service itself, which no request caused. */
    public static NewAuditEvent ofTimer(AuditEventType type, String detail) {
        return new NewAuditEvent(type, TIMER, Optional.empty(), Optional.empty(), Outcome.DONE, Optional.of(detail));
    }
}
