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

/** Every outcome of a consent as the browser gets it. The one place of this step where HTTP is spoken. */
final class ConsentResponses {
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final String AGAIN = "Start again from the link or the page you came from.";
    private static final String NOTHING_CHANGED = " Whatever was connected before stays as it is.";

    private ConsentResponses() {}

    static Response to(AuthorizationResult begun, BrowserBindingCookie cookie) {
        return switch (begun) {
            case AuthorizationResult.SentToX(var location, var browser) ->
                Response.seeOther(location).cookie(cookie.write(browser)).build();
            case AuthorizationResult.NotInvited() ->
                refused(
                        FORBIDDEN,
                        "By invitation only",
                        "Connecting an X account to this service needs an invitation.",
                        "Ask whoever runs it for a consent link. Operators: sign in first, or make a link with POST"
                                + " /api/v1/consent-links.");
            case AuthorizationResult.LinkUnknown() ->
                refused(
                        NOT_FOUND,
                        "This link is not known",
                        "The link is not one of ours: a part of it may be missing.",
                        "Copy the whole link once more, or ask for a new one.");
            case AuthorizationResult.LinkUsed() ->
                refused(
                        GONE,
                        "This link was used already",
                        "An X account was connected with this link, and each link works once.",
                        "If that was you, all is done. Otherwise ask for a new link.");
            case AuthorizationResult.LinkExpired() ->
                refused(GONE, "This link is too old", "The link's time is over.", "Ask for a new link.");
            case AuthorizationResult.TooMany(var pause) ->
                ErrorPages.refused(new ErrorPage(
                                TOO_MANY_REQUESTS.getStatusCode(),
                                "Too many unfinished tries",
                                "Connecting an account was begun too often in the last minutes, with this link or by all"
                                        + " visitors together. Nothing was done.",
                                "Finish it where you began it, or wait " + minutes(pause) + " and open the link again.")
                        .retryAfter(pause.plusMillis(999)));
            case AuthorizationResult.BadScope() ->
                refused(
                        BAD_REQUEST,
                        "The scopes cannot be read",
                        "The scope parameter is not a list of names separated by spaces.",
                        "Mend the link that led here, or leave the parameter out.");
            case AuthorizationResult.BadReturn() ->
                refused(
                        BAD_REQUEST,
                        "The way back leads elsewhere",
                        "The return_to parameter must be a path on this site, beginning with a single slash, or lead to a site"
                                + " that the operator allows.",
                        "Mend the link that led here, or leave the parameter out.");
        };
    }

    static Response to(CallbackOutcome finished) {
        return switch (finished) {
            case CallbackOutcome.Connected(var account, var returnTo) -> connected(account, returnTo);
            case CallbackOutcome.Ambiguous() ->
                refused(
                        BAD_REQUEST,
                        "The answer is ambiguous",
                        "A parameter came twice, so it cannot be told which one X meant. Nothing was done.",
                        AGAIN);
            case CallbackOutcome.WrongIssuer() ->
                refused(
                        BAD_REQUEST,
                        "This did not come from X",
                        "The answer names another server than X as its sender. Nothing was done, and nothing was sent"
                                + " to anybody.",
                        AGAIN);
            case CallbackOutcome.StateUnknown() ->
                refused(
                        BAD_REQUEST,
                        "Nobody is waiting for this",
                        "The answer belongs to no consent that began here, or to one of long ago. Nothing was done.",
                        AGAIN);
            case CallbackOutcome.StateReplayed() ->
                refused(
                        BAD_REQUEST,
                        "This was answered already",
                        "The same answer came before, and each counts once: perhaps the page was loaded again.",
                        "If your account was connected then, it still is. If not, start again.");
            case CallbackOutcome.StateExpired() ->
                refused(
                        BAD_REQUEST,
                        "That took too long",
                        "A consent must be finished within " + AuthorizationRequestRepository.LIFE.toMinutes()
                                + " minutes after it began. Nothing was done.",
                        AGAIN);
            case CallbackOutcome.ForeignBrowser() ->
                refused(
                        BAD_REQUEST,
                        "Begun in another browser",
                        "This consent began in another browser, or this one did not keep our cookie. Nothing was done;"
                                + " the other browser can still finish.",
                        "Stay in one browser from beginning to end: apps that open links in a window of their own"
                                + " often switch.");
            case CallbackOutcome.NoCode() ->
                refused(BAD_REQUEST, "The answer is empty", "X sent neither a code nor an error.", AGAIN);
            case CallbackOutcome.Denied() ->
                refused(
                        FORBIDDEN,
                        "You said no",
                        "Access was not granted at X, so nothing was connected." + NOTHING_CHANGED,
                        "That is all. If it was by mistake, start again.");
            case CallbackOutcome.XFailed(var hint) ->
                refused(
                        BAD_GATEWAY,
                        "X ended it with an error",
                        "X said: " + hint + "." + NOTHING_CHANGED,
                        AGAIN + " If it stays like this, tell whoever runs this service.");
            case CallbackOutcome.XBusy(var pause) -> busy(pause);
            case CallbackOutcome.CodeRefused(var hint) ->
                refused(
                        BAD_GATEWAY,
                        "X did not take its own code back",
                        "X said: " + hint + ". A code lives for 30 seconds and works once." + NOTHING_CHANGED,
                        AGAIN + " If it stays like this, the operator should compare REDIRECT_URI with X's portal.");
            case CallbackOutcome.AppRefused() ->
                refused(
                        BAD_GATEWAY,
                        "X does not accept this service",
                        "X refuses this service's own credentials. You did nothing wrong." + NOTHING_CHANGED,
                        "Tell whoever runs this service: the operator must check CLIENT_ID and CLIENT_SECRET.");
            case CallbackOutcome.NoAnswer() ->
                refused(
                        BAD_GATEWAY,
                        "X did not answer",
                        "X gave no usable answer when your consent was to be sealed.",
                        AGAIN);
            case CallbackOutcome.NoRefreshToken() ->
                refused(
                        BAD_GATEWAY,
                        "X gave no lasting access",
                        "X gave no refresh token, although the scope offline.access was asked for. What it gave would"
                                + " be over in two hours, so it was not kept.",
                        "Start again and leave every permission as it is. If it stays like this, the operator should"
                                + " check in X's portal that the app may use offline.access.");
            case CallbackOutcome.WrongUser(var expected, var actual, var renewed) ->
                wrongUser(expected, actual, renewed);
            case CallbackOutcome.Unverified(var expected) ->
                refused(
                        BAD_GATEWAY,
                        "X does not say who you are",
                        "This link is for X user " + expected + ", and X did not say whether that is you. Your consent"
                                + " is kept aside; the invited account was not touched.",
                        "Try the same link again in a while.");
            case CallbackOutcome.LinkUsed() ->
                refused(
                        GONE,
                        "This link was used already",
                        "Another X account was connected with this link while you were at X. Yours was not.",
                        "Ask for a new link.");
            case CallbackOutcome.GoingOn() ->
                refused(
                        BAD_GATEWAY,
                        "X did not answer yet",
                        "This takes longer than usual. If X answers, your account is connected without this page.",
                        "You can close this page. If the account is not connected in a minute, start again from the link or"
                                + " the page you came from.");
            case CallbackOutcome.NotNow() ->
                unavailable(
                        "Please try again in a moment",
                        "This service cannot finish your consent right now. Nothing was done yet.",
                        "Reload this page in a few seconds.");
            case CallbackOutcome.KeptAside() ->
                refused(
                        BAD_GATEWAY,
                        "X does not say who you are",
                        "X's answer was incomplete. Your consent is kept, and finished as soon as X gives the rest.",
                        "You can close this page.");
            case CallbackOutcome.NotKept() ->
                unavailable(
                        "Your consent is not saved yet",
                        "X said yes, but our database cannot be reached. Your consent is kept, and saved later.",
                        "You can close this page.");
        };
    }

    static Response notYours() {
        return ErrorPages.refused(new ErrorPage(
                        NOT_FOUND.getStatusCode(),
                        "Nothing to see here",
                        "This page is shown only in the browser that connected the account, and for a day.",
                        "To see it again, connect the account again.")
                .link("/", "To the first page"));
    }

    private static Response connected(AccountId account, Optional<ReturnUrl> returnTo) {
        // an address elsewhere is given as it is, a path as one of ours
        return ErrorPages.redirect(returnTo.map(ReturnUrl::value).orElse("/oauth/connected?account=" + account))
                .build();
    }

    private static Response busy(Optional<Duration> pause) {
        return ErrorPages.refused(new ErrorPage(
                        SERVICE_UNAVAILABLE.getStatusCode(),
                        "X is busy",
                        "X cannot do it at this moment." + NOTHING_CHANGED,
                        "Wait a little, then start again.")
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

    private static Response wrongUser(AccountId expected, AccountId actual, boolean renewed) {
        var theirs = renewed
                ? " That account is connected here already, and its own connection was renewed."
                : " Nothing was kept, and the access was handed back to X.";
        return refused(
                FORBIDDEN,
                "Another account was invited",
                "This link is for X user " + expected + ", but at X you are signed in as user " + actual + "." + theirs,
                "Sign in at X as the invited user, then open the same link again.");
    }

    private static Response refused(Response.Status status, String title, String happened, String next) {
        return ErrorPages.refused(new ErrorPage(status.getStatusCode(), title, happened, next));
    }
}
