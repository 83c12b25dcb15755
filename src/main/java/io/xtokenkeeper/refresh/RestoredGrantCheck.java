package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.Status;
import io.xtokenkeeper.account.TokenCache;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.xapi.UserResult;
import io.xtokenkeeper.xapi.XOAuthClient;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Finds out what became of a grant that comes from a backup. Its refresh token may be spent by now, and a spent one that is
 * presented again may end the whole grant at X, for whoever holds the newer pair too. So the access token, which costs
 * nothing, is tried first, and the refresh token only where the operator said so and nothing else can tell.
 */
@Singleton
public class RestoredGrantCheck {
    private final TokenCache held;
    private final TokenService tokens;
    private final XOAuthClient x;
    private final InstantSource clock;

    RestoredGrantCheck(TokenCache held, TokenService tokens, XOAuthClient x, InstantSource clock) {
        this.held = held;
        this.tokens = tokens;
        this.x = x;
        this.clock = clock;
    }

    /** @param spend refresh where X does not take the access token, or there is none that lives */
    public GrantStatus standing(AccountId id, boolean spend) {
        var known = withoutSpending(id);
        if (!spend) {
            return known;
        }
        return switch (known) {
            case GrantStatus.Expired expired -> standing(tokens.fresh(id, Optional.of(Duration.ZERO)));
            case GrantStatus.Refused refused -> standing(tokens.refreshed(id));
            case GrantStatus any -> any;
        };
    }

    private GrantStatus withoutSpending(AccountId id) {
        var now = held.held(id);
        if (now.isEmpty()) {
            return erased();
        }
        if (now.get().status() instanceof Status.NeedsConsent(var reason)) {
            return new GrantStatus.Over(reason);
        }
        return now.filter(token -> token.isGoodFor(Duration.ZERO, clock.instant()))
                .flatMap(token -> token.access())
                .map(this::ask)
                .orElseGet(GrantStatus.Expired::new);
    }

    private GrantStatus ask(AccessToken token) {
        return switch (x.me(token).await().indefinitely()) {
            case UserResult.Known(var profile) -> new GrantStatus.Taken();
            case UserResult.Unavailable(var hint, var of, var retryAt) ->
                switch (of) {
                    case TAKEN -> new GrantStatus.Taken();
                    case REFUSED -> new GrantStatus.Refused();
                    case UNKNOWN -> new GrantStatus.Unsaid(hint);
                };
        };
    }

    private static GrantStatus standing(TokenResult refreshed) {
        return switch (refreshed) {
            case TokenResult.Token token -> new GrantStatus.Refreshed();
            case TokenResult.AsksTooMuch(var longest) -> new GrantStatus.Unsaid("X gives it no time to live");
            case TokenResult.NeedsConsent(var reason) -> new GrantStatus.Over(reason);
            case TokenResult.NotNow(var retryAt, var why) -> new GrantStatus.Unsaid(why);
            case TokenResult.TooSoon(var retryAt) -> new GrantStatus.Unsaid("it was refreshed less than a minute ago");
            case TokenResult.NoSuchAccount() -> erased();
        };
    }

    private static GrantStatus erased() {
        return new GrantStatus.Unsaid("it was erased meanwhile");
    }
}
