package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.ReturnUrl;
import java.time.Duration;
import java.util.Optional;

/** How a consent ended. Hints contain no secrets and may be shown. */
sealed interface CallbackOutcome {
    /** The account that was connected. */
    default Optional<AccountId> connectedAccount() {
        return switch (this) {
            case Connected(var account, var returnTo) -> Optional.of(account);
            case StoredAsPending(var connected) -> connected;
            default -> Optional.empty();
        };
    }

    record Connected(AccountId account, Optional<ReturnUrl> returnTo) implements CallbackOutcome {}

    /** A parameter occurs twice. Nothing was consumed. */
    record Ambiguous() implements CallbackOutcome {}

    /** {@code iss} names another server than X (RFC 9207 §2.4). Nothing was consumed, no code was exchanged. */
    record WrongIssuer() implements CallbackOutcome {}

    record StateUnknown() implements CallbackOutcome {}

    record StateReplayed() implements CallbackOutcome {}

    record StateExpired() implements CallbackOutcome {}

    /** The request was started in another browser, which can still complete it. */
    record WrongBrowser() implements CallbackOutcome {}

    /** The callback contains a state, but neither a code nor an error. */
    record NoCode() implements CallbackOutcome {}

    record Denied() implements CallbackOutcome {}

    /** X reported another error than a denial. */
    record XFailed(String hint) implements CallbackOutcome {}

    /** X reported a temporary error, in the redirect or when the code was exchanged. */
    record XBusy(Optional<Duration> pause) implements CallbackOutcome {}

    record CodeRefused(String hint) implements CallbackOutcome {}

    /** X rejected our app's credentials. */
    record AppRejected() implements CallbackOutcome {}

    /** The exchange of the code got no usable response. */
    record NoAnswer() implements CallbackOutcome {}

    /** X issued an access token without a refresh token; it would expire in two hours. */
    record NoRefreshToken() implements CallbackOutcome {}

    /**
     * Another user than the expected one consented. The expected user's account is unchanged.
     *
     * @param actual empty when the callback is repeated
     * @param renewed whether the user who consented is already connected, so that their own grant was renewed
     */
    record WrongUser(AccountId expected, Optional<AccountId> actual, boolean renewed) implements CallbackOutcome {}

    /**
     * The link expects a certain user, and X did not return who consented. The grant is stored as a pending account; the
     * expected user's account is unchanged.
     */
    record Unverified(AccountId expected) implements CallbackOutcome {}

    /** Another consent was completed with the same link in the meantime. */
    record LinkUsed() implements CallbackOutcome {}

    /** The link was withdrawn in the meantime. */
    record LinkWithdrawn() implements CallbackOutcome {}

    /** X or the database has not responded yet. The consent continues without the browser. */
    record InProgress() implements CallbackOutcome {}

    /** The service is shutting down, or too many consents are in flight. Nothing was consumed. */
    record Unavailable() implements CallbackOutcome {}

    /**
     * X issued a refresh token without a usable access token: stored as a pending account.
     *
     * @param connected the account; empty if another user may have consented than the expected one
     */
    record StoredAsPending(Optional<AccountId> connected) implements CallbackOutcome {}

    /** X issued tokens, and the service shut down before they were saved in the database: they are in the journal. */
    record NotSaved() implements CallbackOutcome {}
}
