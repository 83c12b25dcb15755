package io.xtokenkeeper.consent;

import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.Event;
import io.xtokenkeeper.audit.Event.Outcome;
import io.xtokenkeeper.audit.EventType;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.web.TrustedProxies;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Puts the end of a consent into the audit trail. Only of consents that began here: what anybody could send at any rate
 * is refused without a trace in the store.
 */
@RequestScoped
class RecordConsent {
    private static final Logger LOG = Logger.getLogger(RecordConsent.class);

    private final AuditTrail trail;
    private final RoutingContext request;
    private final TrustedProxies proxies;

    RecordConsent(AuditTrail trail, RoutingContext request, TrustedProxies proxies) {
        this.trail = trail;
        this.request = request;
        this.proxies = proxies;
    }

    Finished record(Finished finished) {
        switch (finished) {
            case Finished.Connected(var account, var returnTo) -> {
                // recorded with the grant
            }
            case Finished.Denied() -> refused("the person said no");
            case Finished.XFailed(var hint) -> failed(hint);
            case Finished.XBusy(var pause) -> failed("X was busy");
            case Finished.CodeRefused(var hint) -> failed(hint);
            case Finished.AppRefused() -> failed("X does not accept this app's credentials");
            case Finished.NoAnswer() -> failed("X gave no usable answer to the code");
            case Finished.NoRefreshToken() -> failed("X gave no refresh token");
            case Finished.NotKept() -> failed("the store did not take it");
            case Finished.LinkUsed() -> refused("the link was used up meanwhile");
            case Finished.Unverified(var expected) ->
                record(
                        EventType.CONSENT_REFUSED,
                        Optional.of(expected),
                        Outcome.REFUSED,
                        "X does not say whether the invited user consented");
            case Finished.WrongUser(var expected, var actual, var renewed) ->
                record(
                        EventType.CONSENT_REFUSED,
                        Optional.of(expected),
                        Outcome.REFUSED,
                        "X user " + actual + " consented instead");
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

    private void refused(String why) {
        record(EventType.CONSENT_REFUSED, Optional.empty(), Outcome.REFUSED, why);
    }

    private void failed(String why) {
        record(EventType.CONSENT_REFUSED, Optional.empty(), Outcome.FAILED, why);
    }

    /** Takes part in the transaction that keeps the grant: whoever waits for the account hears of it in any case. */
    void connected(AccountId account) {
        trail.record(event(EventType.ACCOUNT_CONNECTED, Optional.of(account), Outcome.DONE, "consent given"));
    }

    /** The consent is over, whatever becomes of its record. */
    private void record(EventType type, Optional<AccountId> account, Outcome outcome, String detail) {
        try {
            trail.record(event(type, account, outcome, detail));
        } catch (RuntimeException e) {
            LOG.errorf("the store did not take the event %s of account %s: %s", type.word(), account.orElse(null), e);
        }
    }

    private Event event(EventType type, Optional<AccountId> account, Outcome outcome, String detail) {
        var address = Optional.of(proxies.client(request.request()));
        return new Event(type, "browser", account, address, outcome, Optional.of(detail));
    }
}
