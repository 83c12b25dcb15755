package io.xtokenkeeper.consent;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.ReturnTo;
import java.time.Duration;
import java.util.Optional;

/** How a consent ended. Hints are safe to show. */
sealed interface Finished {
    record Connected(AccountId account, Optional<ReturnTo> returnTo) implements Finished {}

    /** A parameter came twice. Nothing was consumed. */
    record Ambiguous() implements Finished {}

    /** Another server than X says it sent the browser (RFC 9207 §2.4). Nothing was consumed, no token asked for. */
    record WrongIssuer() implements Finished {}

    record StateUnknown() implements Finished {}

    record StateReplayed() implements Finished {}

    record StateExpired() implements Finished {}

    /** Begun in another browser, which may still finish. */
    record ForeignBrowser() implements Finished {}

    /** Neither a code nor an error came with the state. */
    record NoCode() implements Finished {}

    record Denied() implements Finished {}

    /** X came back with another error than a denial. */
    record XFailed(String hint) implements Finished {}

    /** X is busy, and said so: at the redirect, or when the code was exchanged. */
    record XBusy(Optional<Duration> pause) implements Finished {}

    record CodeRefused(String hint) implements Finished {}

    /** X does not accept our app's credentials. */
    record AppRefused() implements Finished {}

    /** No usable answer came to the exchange. */
    record NoAnswer() implements Finished {}

    /** X gave an access token alone, which would be over in two hours. */
    record NoRefreshToken() implements Finished {}

    /**
     * Somebody else than the invited user consented. Nothing changed for the invited one.
     *
     * @param renewed whoever it was is connected here already, and their own grant was renewed
     */
    record WrongUser(AccountId expected, AccountId actual, boolean renewed) implements Finished {}

    /** A certain user was invited, and X does not say who consented. Kept aside, without touching the invited account. */
    record Unverified(AccountId expected) implements Finished {}

    /** Another consent was completed with the same link meanwhile. */
    record LinkUsed() implements Finished {}

    /** X has not answered yet, or the database has not: it goes on without the browser. */
    record GoingOn() implements Finished {}

    /** The service is stopping, or too many consents are at X. Nothing was consumed. */
    record NotNow() implements Finished {}

    /** X gave a refresh token without a usable access token: kept, though it is not known yet whose it is. */
    record KeptAside() implements Finished {}

    /** X gave tokens, and the service stopped before the database took them: the journal has them. */
    record NotKept() implements Finished {}
}
