package io.xtokenkeeper.http;

import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;

/**
 * The content of an error page. All text is plain text; the template escapes it.
 *
 * @param happened what went wrong, in a sentence or two
 * @param next what the user can do
 * @param link where to continue
 */
public record ErrorPage(
        int status,
        String title,
        String happened,
        String next,
        Optional<PageLink> link,
        Optional<Duration> retryAfter) {
    /** For pages that need an admin session. */
    static final ErrorPage SIGN_IN_FIRST = new ErrorPage(
                    Response.Status.UNAUTHORIZED.getStatusCode(),
                    "Sign in first",
                    "This page is for operators, and you are not signed in, or no longer. Nothing was changed.",
                    "Sign in, then try again.")
            .link("/sign-in", "Sign in");

    public ErrorPage(int status, String title, String happened, String next) {
        this(status, title, happened, next, Optional.empty(), Optional.empty());
    }

    public ErrorPage link(String href, String words) {
        return new ErrorPage(status, title, happened, next, Optional.of(new PageLink(href, words)), retryAfter);
    }

    public ErrorPage retryAfter(Duration pause) {
        return new ErrorPage(status, title, happened, next, link, Optional.of(pause));
    }
}
