package io.xtokenkeeper.consent;

import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.Event;
import io.xtokenkeeper.audit.Event.Outcome;
import io.xtokenkeeper.audit.EventType;
import io.xtokenkeeper.token.AccountId;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Puts the end of a consent into the audit trail. Only of consents that began here: what anybody could send at any rate
 * is refused without a trace in the store.
 */
@Singleton
class RecordConsent {
    private static final Logger LOG = Logger.getLogger(RecordConsent.class);

    private final AuditTrail trail;

    RecordConsent(AuditTrail trail) {
        this.trail = trail;
    }

    /** @param address the browser's */
    Finished record(Finished finished, Optional<String> address) {
        switch (finished) {
            case Finished.Connected(var account, var returnTo) -> {
                // recorded with the grant
            }
            case Finished.GoingOn() -> {}
            case Finished.NotNow() -> {}
            case Finished.KeptAside() ->
                failed("X gave no usable access token: the grant is kept under a provisional id", address);
            case Finished.Denied() -> refused("the person said no", address);
            case Finished.XFailed(var hint) -> failed(hint, address);
            case Finished.XBusy(var pause) -> failed("X was busy", address);
            case Finished.CodeRefused(var hint) -> failed(hint, address);
            case Finished.AppRefused() -> failed("X does not accept this app's credentials", address);
            case Finished.NoAnswer() -> failed("X gave no usable answer to the code", address);
            case Finished.NoRefreshToken() -> failed("X gave no refresh token", address);
            case Finished.NotKept() -> failed("the store did not take it", address);
            case Finished.LinkUsed() -> refused("the link was used up meanwhile", address);
            case Finished.Unverified(var expected) ->
                record(
                        EventType.CONSENT_REFUSED,
                        Optional.of(expected),
                        Outcome.REFUSED,
                        "X does not say whether the invited user consented",
                        address);
            case Finished.WrongUser(var expected, var actual, var renewed) ->
                record(
                        EventType.CONSENT_REFUSED,
                        Optional.of(expected),
                        Outcome.REFUSED,
                        "X user " + actual + " consented instead",
                        address);
            case Finished.Ambiguous() -> {}
            case Finished.WrongIssuer() -> {}
            case Finished.StateUnknown() -> {}
            case Finished.StateReplayed() -> {}
            case Finished.StateExpired() -> {}
            case Finished.ForeignBrowser() -> {}
            case Finished.NoCode() -> {}
        }
        return finished;
    }

    private void refused(String why, Optional<String> address) {
        record(EventType.CONSENT_REFUSED, Optional.empty(), Outcome.REFUSED, why, address);
    }

    private void failed(String why, Optional<String> address) {
        record(EventType.CONSENT_REFUSED, Optional.empty(), Outcome.FAILED, why, address);
    }

    /** Takes part in the transaction that keeps the grant: whoever waits for the account hears of it in any case. */
    void connected(AccountId account, Optional<String> address) {
        trail.record(event(EventType.ACCOUNT_CONNECTED, Optional.of(account), Outcome.DONE, "consent given", address));
    }

    /** The consent is over, whatever becomes of its record. */
    private void record(
            EventType type, Optional<AccountId> account, Outcome outcome, String detail, Optional<String> address) {
        try {
            trail.record(event(type, account, outcome, detail, address));
        } catch (RuntimeException e) {
            LOG.errorf("the store did not take the event %s of account %s: %s", type.word(), account.orElse(null), e);
        }
    }

    private static Event event(
            EventType type, Optional<AccountId> account, Outcome outcome, String detail, Optional<String> address) {
        return new Event(type, "browser", account, address, outcome, Optional.of(detail));
    }
}
