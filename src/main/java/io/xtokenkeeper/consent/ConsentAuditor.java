package io.xtokenkeeper.consent;

import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.audit.NewAuditEvent.Outcome;
import io.xtokenkeeper.domain.AccountId;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Records the outcome of a consent as an audit event. Only outcomes of requests that were started here are recorded:
 * callbacks that anyone could send at any rate are rejected without writing to the database.
 */
@Singleton
class ConsentAuditor {
    private static final Logger LOG = Logger.getLogger(ConsentAuditor.class);

    private final AuditTrail trail;

    ConsentAuditor(AuditTrail trail) {
        this.trail = trail;
    }

    /** @param address the browser's IP address */
    CallbackOutcome record(CallbackOutcome finished, Optional<String> address) {
        switch (finished) {
            case CallbackOutcome.Connected(var account, var returnTo) -> {
                // recorded together with the grant
            }
            case CallbackOutcome.GoingOn() -> {}
            case CallbackOutcome.NotNow() -> {}
            case CallbackOutcome.KeptAside() ->
                failed("X gave no usable access token: the grant is kept under a provisional id", address);
            case CallbackOutcome.Denied() -> refused("the person said no", address);
            case CallbackOutcome.XFailed(var hint) -> failed(hint, address);
            case CallbackOutcome.XBusy(var pause) -> failed("X was busy", address);
            case CallbackOutcome.CodeRefused(var hint) -> failed(hint, address);
            case CallbackOutcome.AppRejected() -> failed("X does not accept this app's credentials", address);
            case CallbackOutcome.NoAnswer() -> failed("X gave no usable answer to the code", address);
            case CallbackOutcome.NoRefreshToken() -> failed("X gave no refresh token", address);
            case CallbackOutcome.NotKept() -> failed("the store did not take it", address);
            case CallbackOutcome.LinkUsed() -> refused("the link was used up meanwhile", address);
            case CallbackOutcome.Unverified(var expected) ->
                record(
                        AuditEventType.CONSENT_REFUSED,
                        Optional.of(expected),
                        Outcome.REFUSED,
                        "X does not say whether the invited user consented",
                        address);
            case CallbackOutcome.WrongUser(var expected, var actual, var renewed) ->
                record(
                        AuditEventType.CONSENT_REFUSED,
                        Optional.of(expected),
                        Outcome.REFUSED,
                        "X user " + actual + " consented instead",
                        address);
            case CallbackOutcome.Ambiguous() -> {}
            case CallbackOutcome.WrongIssuer() -> {}
            case CallbackOutcome.StateUnknown() -> {}
            case CallbackOutcome.StateReplayed() -> {}
            case CallbackOutcome.StateExpired() -> {}
            case CallbackOutcome.ForeignBrowser() -> {}
            case CallbackOutcome.NoCode() -> {}
        }
        return finished;
    }

    private void refused(String why, Optional<String> address) {
        record(AuditEventType.CONSENT_REFUSED, Optional.empty(), Outcome.REFUSED, why, address);
    }

    private void failed(String why, Optional<String> address) {
        record(AuditEventType.CONSENT_REFUSED, Optional.empty(), Outcome.FAILED, why, address);
    }

    /**
     * Joins the transaction that saves the grant, so that the event, and the webhooks that depend on it, cannot be missed.
     */
    void connected(AccountId account, Optional<String> address) {
        trail.record(
                event(AuditEventType.ACCOUNT_CONNECTED, Optional.of(account), Outcome.DONE, "consent given", address));
    }

    /** A failure is only logged: the consent has ended, whether or not its event can be recorded. */
    private void record(
            AuditEventType type,
            Optional<AccountId> account,
            Outcome outcome,
            String detail,
            Optional<String> address) {
        try {
            trail.record(event(type, account, outcome, detail, address));
        } catch (RuntimeException e) {
            LOG.errorf("Cannot record event %s of account %s: %s", type.word(), account.orElse(null), e);
        }
    }

    private static NewAuditEvent event(
            AuditEventType type,
            Optional<AccountId> account,
            Outcome outcome,
            String detail,
            Optional<String> address) {
        return new NewAuditEvent(type, "browser", account, address, outcome, Optional.of(detail));
    }
}
