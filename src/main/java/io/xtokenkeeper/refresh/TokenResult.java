package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.Scopes;
import java.time.Duration;
import java.time.Instant;

/** The result of a request for a valid access token. */
public sealed interface TokenResult {
    record Token(AccessToken token, Scopes scope, Instant expiresAt) implements TokenResult {}

    record NoSuchAccount() implements TokenResult {}

    record NeedsConsent(LossReason reason) implements TokenResult {}

    /** X issues no token with the requested lifetime. */
    record AsksTooMuch(Duration longest) implements TokenResult {}

    /** A caller forced a refresh of this account less than a minute ago; the next one is possible at {@code retryAt}. */
    record TooSoon(Instant retryAt) implements TokenResult {}

    /** No valid token is available now; the grant is kept. */
    record RetryLater(Instant retryAt, String why) implements TokenResult {}
}
