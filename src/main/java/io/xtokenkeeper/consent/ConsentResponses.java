package io.xtokenkeeper.consent;

import static jakarta.ws.rs.core.Response.Status.BAD_GATEWAY;
import static jakarta.ws.rs.core.Response.Status.BAD_REQUEST;
import static jakarta.ws.rs.core.Response.Status.FORBIDDEN;
import static jakarta.ws.rs.core.Response.Status.GONE;
import static jakarta.ws.rs.core.Response.Status.NOT_FOUND;
import static jakarta.ws.rs.core.Response.Status.SERVICE_UNAVAILABLE;
import static jakarta.ws.rs.core.Response.Status.TOO_MANY_REQUESTS;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.http.ErrorPage;
import io.xtokenkeeper.http.ErrorPages;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;

/**
 * Maps every outcome of a consent to the HTTP response for the browser: status, title, explanation and next step. The only
 * place that does so.
 */
final class ConsentResponses {
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final String AGAIN = "Start again from the link or the page you came from.";
    private static final String NOTHING_CHANGED = " Existing connections are not changed.";

    private ConsentResponses() {}

    static Response to(AuthorizationResult result, BrowserBindingCookie cookie) {
        return switch (result) {
            case AuthorizationResult.SentToX(var location, var browser) ->
                Response.seeOther(location).cookie(cookie.write(browser)).build();
            case AuthorizationResult.NotInvited() ->
                refused(
                        FORBIDDEN,
                        "Consent link required",
                        "A consent link is needed to connect an X account to this service.",
                        "Ask the operator for a consent link. Operators: sign in first, or create a link with POST"
                                + " /api/v1/consent-links.");
            case AuthorizationResult.LinkUnknown() ->
                refused(
                        NOT_FOUND,
                        "Unknown link",
                        "This service did not create the link, or a part of it is missing.",
                        "Copy the whole link again, or ask for a new one.");
            case AuthorizationResult.LinkUsed() ->
                refused(
                        GONE,
                        "This link has already been used",
                        "An X account was connected with this link, and each link works once.",
                        "If that was you, there is nothing left to do. Otherwise ask for a new link.");
            case AuthorizationResult.LinkExpired() ->
                refused(GONE, "This link has expired", "The link is no longer valid.", "Ask for a new link.");
            case AuthorizationResult.LinkWithdrawn() ->
                refused(
                        GONE,
                        "This link was withdrawn",
                        "The link is no longer valid: it was withdrawn by the app or the operator.",
                        "Ask for a new link.");
            case AuthorizationResult.TooMany(var pause) ->
                ErrorPages.refused(new ErrorPage(
                                TOO_MANY_REQUESTS.getStatusCode(),
                                "Too many unfinished attempts",
                                "Too many attempts to connect an account were started in the last minutes, with this link or by all"
                                        + " visitors together. Nothing was changed.",
                                "Finish it where you started it, or wait " + minutes(pause)
                                        + " and open the link again.")
                        .retryAfter(pause.plusMillis(999)));
            case AuthorizationResult.BadScope() ->
                refused(
                        BAD_REQUEST,
                        "Invalid scope parameter",
                        "The scope parameter is not a list of names separated by spaces.",
                        "Correct the link that led here, or leave the parameter out.");
            case AuthorizationResult.BadReturn() ->
                refused(
                        BAD_REQUEST,
                        "Invalid return address",
                        "The return_to parameter must be a path on this site, beginning with a single slash, or an address of a site"
                                + " that the operator allows.",
                        "Correct the link that led here, or leave the parameter out.");
        };
    }

    static Response to(CallbackResult result) {
        return result.redirect().map(url -> ErrorPages.redirect(url).build()).orElseGet(() -> to(result.outcome()));
    }

    private static Response to(CallbackOutcome finished) {
        return switch (finished) {
            case CallbackOutcome.Connected(var account, var returnTo) -> connected(account, returnTo);
            case CallbackOutcome.Ambiguous() ->
                refused(
                        BAD_REQUEST,
                        "Ambiguous response",
                        "A parameter was sent twice, so it is unclear which one X sent. Nothing was changed.",
                        AGAIN);
            case CallbackOutcome.WrongIssuer() ->
                refused(
                        BAD_REQUEST,
                        "Response not from X",
                        "The response names an issuer other than X. Nothing was changed, and nothing was sent"
                                + " anywhere.",
                        AGAIN);
            case CallbackOutcome.StateUnknown() ->
                refused(
                        BAD_REQUEST,
                        "Unknown or expired request",
                        "The response belongs to no consent that was started here, or to one that expired long ago. Nothing was changed.",
                        AGAIN);
            case CallbackOutcome.StateReplayed() ->
                refused(
                        BAD_REQUEST,
                        "Response already used",
                        "The same response arrived before, and each is accepted once: the page was probably reloaded.",
                        "If your account was connected then, it still is. Otherwise start again.");
            case CallbackOutcome.StateExpired() ->
                refused(
                        BAD_REQUEST,
                        "Consent expired",
                        "A consent must be finished within " + AuthorizationRequestRepository.LIFE.toMinutes()
                                + " minutes after it was started. Nothing was changed.",
                        AGAIN);
            case CallbackOutcome.WrongBrowser() ->
                refused(
                        BAD_REQUEST,
                        "Started in another browser",
                        "This consent was started in another browser, or this browser did not keep our cookie. Nothing was changed;"
                                + " the other browser can still finish.",
                        "Use one browser from start to end: apps that open links in their own window"
                                + " often switch.");
            case CallbackOutcome.NoCode() ->
                refused(BAD_REQUEST, "Empty response", "X sent neither a code nor an error.", AGAIN);
            case CallbackOutcome.Denied() ->
                refused(
                        FORBIDDEN,
                        "Access declined",
                        "Access was not granted at X, so nothing was connected." + NOTHING_CHANGED,
                        "If that was a mistake, start again.");
            case CallbackOutcome.XFailed(var hint) ->
                refused(
                        BAD_GATEWAY,
                        "X returned an error",
                        "X said: " + hint + "." + NOTHING_CHANGED,
                        AGAIN + " If the error persists, contact the operator of this service.");
            case CallbackOutcome.XBusy(var pause) -> busy(pause);
            case CallbackOutcome.CodeRefused(var hint) ->
                refused(
                        BAD_GATEWAY,
                        "X rejected the authorization code",
                        "X said: " + hint + ". A code is valid for 30 seconds and works once." + NOTHING_CHANGED,
                        AGAIN
                                + " If the error persists, the operator should compare REDIRECT_URI with X's developer console.");
            case CallbackOutcome.AppRejected() ->
                refused(
                        BAD_GATEWAY,
                        "X rejects this app",
                        "X rejects the credentials of this app. This is not your mistake." + NOTHING_CHANGED,
                        "Contact the operator of this service, who must check CLIENT_ID and CLIENT_SECRET.");
            case CallbackOutcome.NoAnswer() ->
                refused(
                        BAD_GATEWAY,
                        "X did not answer",
                        "X sent no usable response when this service exchanged the authorization code.",
                        AGAIN);
            case CallbackOutcome.NoRefreshToken() ->
                refused(
                        BAD_GATEWAY,
                        "X granted no lasting access",
                        "X sent no refresh token, although the scope offline.access was requested. The access token"
                                + " would expire in two hours, so it was not kept.",
                        "Start again and leave every permission as it is. If the error persists, the operator should"
                                + " check in X's developer console that the app may use offline.access.");
            case CallbackOutcome.WrongUser(var expected, var actual, var renewed) ->
                wrongUser(expected, actual, renewed);
            case CallbackOutcome.Unverified(var expected) ->
                refused(
                        BAD_GATEWAY,
                        "Profile unavailable",
                        "This link is for X user " + expected + ", and X did not return who you are. Your consent"
                                + " is stored separately; the invited account was not changed.",
                        "Try the same link again later.");
            case CallbackOutcome.LinkUsed() ->
                refused(
                        GONE,
                        "This link has already been used",
                        "Another X account was connected with this link while you were at X. Yours was not.",
                        "Ask for a new link.");
            case CallbackOutcome.LinkWithdrawn() ->
                refused(
                        GONE,
                        "This link was withdrawn",
                        "The link was withdrawn while you were at X, so your account was not connected.",
                        "Ask for a new link.");
            case CallbackOutcome.InProgress() ->
                refused(
                        BAD_GATEWAY,
                        "X did not answer yet",
                        "This takes longer than usual. When X responds, your account is connected even if this page is closed.",
                        "You can close this page. If the account is not connected in a minute, start again from the link or"
                                + " the page you came from.");
            case CallbackOutcome.Unavailable() ->
                unavailable(
                        "Please try again in a moment",
                        "This service cannot finish your consent right now. Nothing was changed yet.",
                        "Reload this page in a few seconds.");
            case CallbackOutcome.StoredAsPending(var connected) ->
                refused(
                        BAD_GATEWAY,
                        "Profile unavailable",
                        "X's response was incomplete. Your consent is stored, and completed as soon as X returns the rest.",
                        "You can close this page.");
            case CallbackOutcome.NotSaved() ->
                unavailable(
                        "Your consent is not saved yet",
                        "X granted the access, but the database of this service is unavailable. Your consent is kept, and will be saved later.",
                        "You can close this page.");
        };
    }

    static Response notYours() {
        return ErrorPages.refused(new ErrorPage(
                        NOT_FOUND.getStatusCode(),
                        "Page not available",
                        "This page is shown only in the browser that connected the account, and for a day.",
                        "To see it again, connect the account again.")
                .link("/", "Home page"));
    }

    private static Response connected(AccountId account, Optional<ReturnUrl> returnTo) {
        // a URL on another origin is used unchanged, a path is relative to our base URL
        return ErrorPages.redirect(returnTo.map(ReturnUrl::value).orElse("/oauth/connected?account=" + account))
                .build();
    }

    private static Response busy(Optional<Duration> pause) {
        return ErrorPages.refused(new ErrorPage(
                        SERVICE_UNAVAILABLE.getStatusCode(),
                        "X is busy",
                        "X cannot process the request at the moment." + NOTHING_CHANGED,
                        "Wait a moment, then start again.")
                .retryAfter(pause.orElse(PAUSE)));
    }

    private static String minutes(Duration pause) {
        var minutes = pause.plusSeconds(59).toMinutes();
        return minutes <= 1 ? "a minute" : minutes + " minutes";
    }

    private static Response unavailable(String title, String happened, String next) {
        return ErrorPages.refused(
                new ErrorPage(SERVICE_UNAVAILABLE.getStatusCode(), title, happened, next).retryAfter(PAUSE));
    }

    private static Response wrongUser(AccountId expected, Optional<AccountId> actual, boolean renewed) {
        var theirs = renewed
                ? " That account was already connected here, and its grant was replaced by the new one."
                : " Nothing was stored, and the access was revoked at X.";
        return refused(
                FORBIDDEN,
                "Wrong X account",
                "This link is for X user " + expected + ", but at X you are signed in as "
                        + actual.map(id -> "user " + id).orElse("another user") + "." + theirs,
                "Sign in at X as that user, then open the same link again.");
    }

    private static Response refused(Response.Status status, String title, String happened, String next) {
        return ErrorPages.refused(new ErrorPage(status.getStatusCode(), title, happened, next));
    }
}
