package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.BrowserBinding;
import java.net.URI;
import java.time.Duration;

/** The result of starting an authorization request. */
sealed interface AuthorizationResult {
    /** The browser is redirected to X, with the cookie that binds the request to it. */
    record SentToX(URI location, BrowserBinding browser) implements AuthorizationResult {}

    /** Starting a consent is restricted, and the visitor has neither a consent link nor the permission {@code manage}. */
    record NotInvited() implements AuthorizationResult {}

    record LinkUnknown() implements AuthorizationResult {}

    record LinkUsed() implements AuthorizationResult {}

    record LinkExpired() implements AuthorizationResult {}

    record LinkWithdrawn() implements AuthorizationResult {}

    /**
     * Too many requests were started with the link, or are open in total.
     *
     * @param pause until the next request is possible
     */
    record TooMany(Duration pause) implements AuthorizationResult {}

    record BadScope() implements AuthorizationResult {}

    /** {@code return_to} is not a valid URL on our own or an allowed origin. */
    record BadReturn() implements AuthorizationResult {}
}
