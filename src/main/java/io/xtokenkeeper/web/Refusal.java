package io.xtokenkeeper.web;

import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;

/**
 * Why a person does not get what they came for. All text is plain text and is escaped on the page.
 *
 * @param happened in a sentence or two
 * @param next what to do now
 * @param link where to go now
 */
public record Refusal(
        int status,
        String title,
        String happened,
        String next,
        Optional<PageLink> link,
        Optional<Duration> retryAfter) {
    /** For pages that only an operator may see. */
    static final Refusal SIGN_IN_FIRST = new Refusal(
                    Response.Status.UNAUTHORIZED.getStatusCode(),
                    "Sign in first",
                    "This is for operators, and nobody is signed in here, or not any more. Nothing was done.",
                    "Sign in, then try again.")
            .link("/sign-in", "Sign in");

    public Refusal(int status, String title, String happened, String next) {
        this(status, title, happened, next, Optional.empty(), Optional.empty());
    }

    public Refusal link(String href, String words) {
        return new Refusal(status, title, happened, next, Optional.of(new PageLink(href, words)), retryAfter);
    }

    public Refusal retryAfter(Duration pause) {
        return new Refusal(status, title, happened, next, link, Optional.of(pause));
    }
}
