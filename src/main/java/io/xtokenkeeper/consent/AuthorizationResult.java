package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.BrowserBinding;
import java.net.URI;
import java.time.Duration;

/** How a wish to consent was met. */
sealed interface AuthorizationResult {
    /** Off to X, with the browser marked. */
    record SentToX(URI location, BrowserBinding browser) implements AuthorizationResult {}

    /** Consent is not open to everybody, and whoever asks holds neither a link nor the right. */
    record NotInvited() implements AuthorizationResult {}

    record LinkUnknown() implements AuthorizationResult {}

    record LinkUsed() implements AuthorizationResult {}

    record LinkExpired() implements AuthorizationResult {}

    /**
     * Too many were begun with the link, or are open in all.
     *
     * @param pause until the next one fits
     */
    record TooMany(Duration pause) implements AuthorizationResult {}

    record BadScope() implements AuthorizationResult {}

    /** {@code return_to} leads off our origin and the allowed ones, or nowhere. */
    record BadReturn() implements AuthorizationResult {}
}
