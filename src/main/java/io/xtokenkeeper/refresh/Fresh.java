package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.Scopes;
import java.time.Duration;
import java.time.Instant;

/** What a caller who wants a usable token gets. */
public sealed interface Fresh {
    record Token(AccessToken token, Scopes scope, Instant expiresAt) implements Fresh {}

    record NoSuchAccount() implements Fresh {}

    record NeedsConsent(LossReason reason) implements Fresh {}

    /** X gives no token that lives this long. */
    record AsksTooMuch(Duration longest) implements Fresh {}

    /** A caller had this account refreshed less than a minute ago, and gets no other refresh before {@code retryAt}. */
    record TooSoon(Instant retryAt) implements Fresh {}

    /** It cannot be had now; the grant is kept. */
    record NotNow(Instant retryAt, String why) implements Fresh {}
}
