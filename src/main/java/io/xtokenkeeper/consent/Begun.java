package io.xtokenkeeper.consent;

import io.xtokenkeeper.token.BrowserKey;
import java.net.URI;
import java.time.Duration;

/** How a wish to consent was met. */
sealed interface Begun {
    /** Off to X, with the browser marked. */
    record SentToX(URI location, BrowserKey browser) implements Begun {}

    /** Consent is not open to everybody, and whoever asks holds neither a link nor the right. */
    record NotInvited() implements Begun {}

    record LinkUnknown() implements Begun {}

    record LinkUsed() implements Begun {}

    record LinkExpired() implements Begun {}

    /**
     * Too many were begun with the link, or are open in all.
     *
     * @param pause until the next one fits
     */
    record TooMany(Duration pause) implements Begun {}

    record BadScope() implements Begun {}

    /** {@code return_to} leads off our origin and the allowed ones, or nowhere. */
    record BadReturn() implements Begun {}
}
