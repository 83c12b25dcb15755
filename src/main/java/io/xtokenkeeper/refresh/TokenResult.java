package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.Scopes;
import java.time.Duration;
import java.time.Instant;

/** What a caller who wants a usable token gets. */
public sealed interface TokenResult {
    record Token(AccessToken token, Scopes scope, Instant expiresAt) implements TokenResult {}

    record NoSuchAccount() implements TokenResult {}

    record NeedsConsent(LossReason reason) implements TokenResult {}

    /** X gives no token that lives this long. */
    record AsksTooMuch(Duration longest) implements TokenResult {}

    /** A caller had this account refreshed less than a minute ago, and gets no other refresh before {@code retryAt}. */
    record TooSoon(Instant retryAt) implements TokenResult {}

    /** It cannot be had now; the grant is kept. */
    record NotNow(Instant retryAt, String why) implements TokenResult {}
}
