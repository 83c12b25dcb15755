package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.ReturnUrl;
import java.time.Duration;
import java.util.Optional;

/** How a consent ended. Hints are safe to show. */
sealed interface CallbackOutcome {
    record Connected(AccountId account, Optional<ReturnUrl> returnTo) implements CallbackOutcome {}

    /** A parameter came twice. Nothing was consumed. */
    record Ambiguous() implements CallbackOutcome {}

    /** Another server than X says it sent the browser (RFC 9207 §2.4). Nothing was consumed, no token asked for. */
    record WrongIssuer() implements CallbackOutcome {}

    record StateUnknown() implements CallbackOutcome {}

    record StateReplayed() implements CallbackOutcome {}

    record StateExpired() implements CallbackOutcome {}

    /** Begun in another browser, which may still finish. */
    record ForeignBrowser() implements CallbackOutcome {}

    /** Neither a code nor an error came with the state. */
    record NoCode() implements CallbackOutcome {}

    record Denied() implements CallbackOutcome {}

    /** X came back with another error than a denial. */
    record XFailed(String hint) implements CallbackOutcome {}

    /** X is busy, and said so: at the redirect, or when the code was exchanged. */
    record XBusy(Optional<Duration> pause) implements CallbackOutcome {}

    record CodeRefused(String hint) implements CallbackOutcome {}

    /** X does not accept our app's credentials. */
    record AppRefused() implements CallbackOutcome {}

    /** No usable answer came to the exchange. */
    record NoAnswer() implements CallbackOutcome {}

    /** X gave an access token alone, which would be over in two hours. */
    record NoRefreshToken() implements CallbackOutcome {}

    /**
     * Somebody else than the invited user consented. Nothing changed for the invited one.
     *
     * @param renewed whoever it was is connected here already, and their own grant was renewed
     */
    record WrongUser(AccountId expected, AccountId actual, boolean renewed) implements CallbackOutcome {}

    /** A certain user was invited, and X does not say who consented. Kept aside, without touching the invited account. */
    record Unverified(AccountId expected) implements CallbackOutcome {}

    /** Another consent was completed with the same link meanwhile. */
    record LinkUsed() implements CallbackOutcome {}

    /** X has not answered yet, or the database has not: it goes on without the browser. */
    record GoingOn() implements CallbackOutcome {}

    /** The service is stopping, or too many consents are at X. Nothing was consumed. */
    record NotNow() implements CallbackOutcome {}

    /** X gave a refresh token without a usable access token: kept, though it is not known yet whose it is. */
    record KeptAside() implements CallbackOutcome {}

    /** X gave tokens, and the service stopped before the database took them: the journal has them. */
    record NotKept() implements CallbackOutcome {}
}
