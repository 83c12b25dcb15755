package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.HeldTokens;
import io.xtokenkeeper.account.Status;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.x.AskX;
import io.xtokenkeeper.x.ProfileAnswer;
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
public class AskAfterRestore {
    private final HeldTokens held;
    private final FreshTokens tokens;
    private final AskX x;
    private final InstantSource clock;

    AskAfterRestore(HeldTokens held, FreshTokens tokens, AskX x, InstantSource clock) {
        this.held = held;
        this.tokens = tokens;
        this.x = x;
        this.clock = clock;
    }

    /** @param spend refresh where X does not take the access token, or there is none that lives */
    public Standing standing(AccountId id, boolean spend) {
        var known = withoutSpending(id);
        if (!spend) {
            return known;
        }
        return switch (known) {
            case Standing.Expired expired -> standing(tokens.fresh(id, Optional.of(Duration.ZERO)));
            case Standing.Refused refused -> standing(tokens.refreshed(id));
            case Standing any -> any;
        };
    }

    private Standing withoutSpending(AccountId id) {
        var now = held.held(id);
        if (now.isEmpty()) {
            return erased();
        }
        if (now.get().status() instanceof Status.NeedsConsent(var reason)) {
            return new Standing.Over(reason);
        }
        return now.filter(token -> token.isGoodFor(Duration.ZERO, clock.instant()))
                .flatMap(token -> token.access())
                .map(this::ask)
                .orElseGet(Standing.Expired::new);
    }

    private Standing ask(AccessToken token) {
        return switch (x.me(token).await().indefinitely()) {
            case ProfileAnswer.Known(var profile) -> new Standing.Taken();
            case ProfileAnswer.Unavailable(var hint, var of, var retryAt) ->
                switch (of) {
                    case TAKEN -> new Standing.Taken();
                    case REFUSED -> new Standing.Refused();
                    case UNKNOWN -> new Standing.Unsaid(hint);
                };
        };
    }

    private static Standing standing(Fresh refreshed) {
        return switch (refreshed) {
            case Fresh.Token token -> new Standing.Refreshed();
            case Fresh.AsksTooMuch(var longest) -> new Standing.Unsaid("X gives it no time to live");
            case Fresh.NeedsConsent(var reason) -> new Standing.Over(reason);
            case Fresh.NotNow(var retryAt, var why) -> new Standing.Unsaid(why);
            case Fresh.TooSoon(var retryAt) -> new Standing.Unsaid("it was refreshed less than a minute ago");
            case Fresh.NoSuchAccount() -> erased();
        };
    }

    private static Standing erased() {
        return new Standing.Unsaid("it was erased meanwhile");
    }
}
