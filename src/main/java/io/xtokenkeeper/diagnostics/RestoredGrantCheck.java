package io.xtokenkeeper.diagnostics;

import io.xtokenkeeper.account.Status;
import io.xtokenkeeper.account.TokenCache;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.refresh.TokenResult;
import io.xtokenkeeper.refresh.TokenService;
import io.xtokenkeeper.xapi.UserResult;
import io.xtokenkeeper.xapi.XOAuthClient;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Checks whether a grant that was restored from a backup is still valid. Its refresh token may be spent by now, and
 * presenting a spent one may make X end the whole grant, also for the holder of the newer token pair. So the access token
 * is tested first, at no cost; the refresh token is used only if the admin requested it and nothing else gives an answer.
 */
@Singleton
public class RestoredGrantCheck {
    private final TokenCache cache;
    private final TokenService tokens;
    private final XOAuthClient x;
    private final InstantSource clock;

    RestoredGrantCheck(TokenCache cache, TokenService tokens, XOAuthClient x, InstantSource clock) {
        this.cache = cache;
        this.tokens = tokens;
        this.x = x;
        this.clock = clock;
    }

    /**
     * Returns the status of the account's grant.
     *
     * @param spend refresh if X rejects the access token or there is no unexpired one
     */
    public GrantStatus check(AccountId id, boolean spend) {
        var known = withoutSpending(id);
        if (!spend) {
            return known;
        }
        return switch (known) {
            case GrantStatus.Expired expired -> statusAfter(tokens.validToken(id, Optional.of(Duration.ZERO)));
            case GrantStatus.Refused refused -> statusAfter(tokens.refreshed(id));
            case GrantStatus any -> any;
        };
    }

    private GrantStatus withoutSpending(AccountId id) {
        var now = cache.load(id);
        if (now.isEmpty()) {
            return erased();
        }
        if (now.get().status() instanceof Status.NeedsConsent(var reason)) {
            return new GrantStatus.Revoked(reason);
        }
        return now.filter(token -> token.isGoodFor(Duration.ZERO, clock.instant()))
                .flatMap(token -> token.access())
                .map(this::testAccessToken)
                .orElseGet(GrantStatus.Expired::new);
    }

    private GrantStatus testAccessToken(AccessToken token) {
        return switch (x.me(token).await().indefinitely()) {
            case UserResult.Known(var profile) -> new GrantStatus.Accepted();
            case UserResult.Unavailable(var hint, var of, var retryAt) ->
                switch (of) {
                    case ACCEPTED -> new GrantStatus.Accepted();
                    case REJECTED -> new GrantStatus.Refused();
                    case UNKNOWN -> new GrantStatus.Unknown(hint);
                };
        };
    }

    private static GrantStatus statusAfter(TokenResult refreshed) {
        return switch (refreshed) {
            case TokenResult.Token token -> new GrantStatus.Refreshed();
            case TokenResult.AsksTooMuch(var longest) -> new GrantStatus.Unknown("X gives it no time to live");
            case TokenResult.NeedsConsent(var reason) -> new GrantStatus.Revoked(reason);
            case TokenResult.RetryLater(var retryAt, var why) -> new GrantStatus.Unknown(why);
            case TokenResult.TooSoon(var retryAt) -> new GrantStatus.Unknown("it was refreshed less than a minute ago");
            case TokenResult.NoSuchAccount() -> erased();
        };
    }

    private static GrantStatus erased() {
        return new GrantStatus.Unknown("it was erased meanwhile");
    }
}
