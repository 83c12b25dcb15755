package io.xtokenkeeper.consent;

import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.audit.NewAuditEvent.Outcome;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.domain.Scopes;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Records the outcome of a consent as an audit event. Only outcomes of requests that were started here are recorded:
 * callbacks that anyone could send at any rate are rejected without writing to the database.
 */
@Singleton
class ConsentAuditor {
    private static final Logger LOG = Logger.getLogger(ConsentAuditor.class);

    private final AuditTrail trail;
    private final ConsentLinkService links;
    private final InstantSource clock;

    ConsentAuditor(AuditTrail trail, ConsentLinkService links, InstantSource clock) {
        this.trail = trail;
        this.links = links;
        this.clock = clock;
    }

    /**
     * Records the outcome, at the consent link too.
     *
     * @param link the link with which the consent was started
     * @param address the browser's IP address
     */
    void record(CallbackOutcome outcome, Optional<ConsentLink> link, Optional<String> address) {
        var consent = Consent.of(link, address);
        switch (outcome) {
            case CallbackOutcome.Connected(var account, var returnTo) -> {
                // recorded together with the grant
            }
            case CallbackOutcome.InProgress() -> {}
            case CallbackOutcome.Unavailable() -> {}
            case CallbackOutcome.StoredAsPending(var connected) -> {
                if (connected.isEmpty()) {
                    failed("X gave no usable access token: the grant is kept under a provisional id", consent);
                }
            }
            case CallbackOutcome.Denied() -> {
                end(consent, ConsentLink.Status.DECLINED, Optional.empty());
                refused(Optional.empty(), "the person said no", consent);
            }
            case CallbackOutcome.XFailed(var hint) -> failed(hint, consent);
            case CallbackOutcome.XBusy(var pause) -> failed("X was busy", consent);
            case CallbackOutcome.CodeRefused(var hint) -> failed(hint, consent);
            case CallbackOutcome.AppRejected() -> failed("X does not accept this app's credentials", consent);
            case CallbackOutcome.NoAnswer() -> failed("X gave no usable answer to the code", consent);
            case CallbackOutcome.NoRefreshToken() -> failed("X gave no refresh token", consent);
            case CallbackOutcome.StateExpired() ->
                expired(
                        consent,
                        "the consent was not finished within " + AuthorizationRequestRepository.LIFE.toMinutes()
                                + " minutes");
            case CallbackOutcome.NoCode() -> end(consent, "X sent neither a code nor an error");
            // the pair is in the journal, from which it is saved later
            case CallbackOutcome.NotSaved() ->
                record(Optional.empty(), Outcome.FAILED, "the store did not take it", consent);
            case CallbackOutcome.LinkUsed() -> refused(Optional.empty(), "the link was used up meanwhile", consent);
            case CallbackOutcome.LinkWithdrawn() ->
                refused(Optional.empty(), "the link was withdrawn meanwhile", consent);
            case CallbackOutcome.Unverified(var expected) ->
                otherUser(
                        expected,
                        "X does not say whether the invited user consented",
                        "X does not say whether the invited user consented",
                        consent);
            case CallbackOutcome.WrongUser(var expected, var actual, var renewed) ->
                otherUser(
                        expected,
                        "X user " + actual.map(AccountId::value).orElse("unknown") + " consented instead",
                        "another X user consented instead",
                        consent);
            case CallbackOutcome.Ambiguous() -> {}
            case CallbackOutcome.WrongIssuer() -> {}
            case CallbackOutcome.StateUnknown() -> {}
            case CallbackOutcome.StateReplayed() -> {}
            case CallbackOutcome.WrongBrowser() -> {}
        }
    }

    private record Consent(Optional<ConsentLink> link, Optional<String> address) {
        /** Without the address if the link was for a person who is erased: the link leads to the pseudonym. */
        private static Consent of(Optional<ConsentLink> link, Optional<String> address) {
            var consent = new Consent(link, address);
            return consent.isOfErasedPerson() ? new Consent(link, Optional.empty()) : consent;
        }

        private boolean isOfErasedPerson() {
            return link.flatMap(ConsentLink::expectedUser)
                    .filter(AccountId::isPseudonym)
                    .isPresent();
        }
    }

    /**
     * The link belongs to the expected user, so what is recorded at it has neither id nor address of the other one. If the
     * expected user is erased, the event has no id either, neither theirs nor that of the other one.
     *
     * @param error recorded at the link
     */
    private void otherUser(AccountId expected, String why, String error, Consent consent) {
        end(new Consent(consent.link(), Optional.empty()), error);
        if (consent.isOfErasedPerson() || expected.isPseudonym()) {
            refused(Optional.empty(), error, consent);
        } else {
            refused(Optional.of(expected), why, consent);
        }
    }

    private void refused(Optional<AccountId> account, String why, Consent consent) {
        record(account, Outcome.REFUSED, why, consent);
    }

    private void failed(String why, Consent consent) {
        end(consent, why);
        record(Optional.empty(), Outcome.FAILED, why, consent);
    }

    /** Unlike a consumed state, an expired one can be sent again. */
    private void expired(Consent consent, String error) {
        atLink(
                consent,
                ConsentLink.Status.FAILED,
                link -> links.failFirst(link, error, consent.address(), clock.instant()));
    }

    private void end(Consent consent, String error) {
        end(consent, ConsentLink.Status.FAILED, Optional.of(error));
    }

    private void end(Consent consent, ConsentLink.Status status, Optional<String> error) {
        atLink(consent, status, link -> links.end(link, status, error, consent.address(), clock.instant()));
    }

    /** A failure is only logged: the consent has ended, whether or not that can be recorded. */
    private static void atLink(Consent consent, ConsentLink.Status status, Consumer<ConsentLink> record) {
        try {
            consent.link().ifPresent(record);
        } catch (RuntimeException e) {
            LOG.errorf("Cannot record that a consent link is %s: %s", status, e);
        }
    }

    /**
     * Joins the transaction that saves the grant, so that the event, and the webhooks that depend on it, cannot be missed.
     */
    void connected(AccountId account, Optional<ConsentLink> link, Optional<String> address) {
        trail.record(event(
                AuditEventType.ACCOUNT_CONNECTED,
                Optional.of(account),
                Outcome.DONE,
                "consent given",
                new Consent(link, address)));
    }

    /**
     * Joins the transaction that saves the grant.
     *
     * @param held what the account held before; empty for a new account
     */
    void scopeChanged(
            AccountId account,
            Scopes granted,
            Optional<Scopes> notGranted,
            Optional<Scopes> held,
            Optional<ConsentLink> link,
            Optional<String> address) {
        var detail = granted
                + notGranted.map(some -> "; X did not grant " + some).orElse("")
                + held.map(some -> "; it was " + some).orElse("");
        trail.record(event(
                AuditEventType.ACCOUNT_SCOPE_CHANGED,
                Optional.of(account),
                Outcome.DONE,
                detail,
                new Consent(link, address)));
    }

    /** A failure is only logged: the consent has ended, whether or not its event can be recorded. */
    private void record(Optional<AccountId> account, Outcome outcome, String detail, Consent consent) {
        try {
            trail.record(event(AuditEventType.CONSENT_REFUSED, account, outcome, detail, consent));
        } catch (RuntimeException e) {
            LOG.errorf("Cannot record that a consent was refused (%s): %s", detail, e);
        }
    }

    private static NewAuditEvent event(
            AuditEventType type, Optional<AccountId> account, Outcome outcome, String detail, Consent consent) {
        return new NewAuditEvent(type, "browser", account, consent.address(), outcome, Optional.of(detail))
                .through(
                        consent.link().flatMap(ConsentLink::reference).map(Reference::value),
                        consent.link().map(link -> link.id().hex()));
    }
}
