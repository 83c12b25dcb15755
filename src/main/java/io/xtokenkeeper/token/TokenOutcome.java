package io.xtokenkeeper.token;

import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.consent.ConsentLinkService;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.refresh.TokenResult;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Maps a {@link TokenResult} without a token to the problem that the caller receives (RFC 9457). */
@Singleton
class TokenOutcome {
    private final ConsentLinkService links;
    private final InstantSource clock;

    TokenOutcome(ConsentLinkService links, InstantSource clock) {
        this.links = links;
        this.clock = clock;
    }

    /**
     * Returns the token.
     *
     * @throws ProblemException if there is none
     */
    TokenResult.Token tokenOrProblem(AccountId account, TokenResult result) {
        var now = clock.instant();
        return switch (result) {
            case TokenResult.Token token -> token;
            case TokenResult.NoSuchAccount() -> throw new ProblemException(Problem.unknownAccount(account.value()));
            case TokenResult.NeedsConsent(var reason) ->
                throw new ProblemException(consentNeeded(account, reason, now));
            case TokenResult.AsksTooMuch(var longest) ->
                throw new ProblemException(Problem.of(
                        ProblemType.INVALID_VALUE,
                        "min_ttl is longer than X lets a token of this account live: at most "
                                + Math.max(0, longest.toSeconds() - 1) + " seconds"));
            case TokenResult.TooSoon(var retryAt) ->
                throw new ProblemException(Problem.of(
                                ProblemType.REFRESHED_TOO_SOON,
                                "The token of this account was replaced less than a minute ago.")
                        .with("account", account.value())
                        .retryAfter(Duration.between(now, retryAt)));
            case TokenResult.RetryLater(var retryAt, var why) ->
                throw new ProblemException(Problem.of(ProblemType.TOKEN_UNAVAILABLE, why)
                        .with("account", account.value())
                        .retryAfter(Duration.between(now, retryAt)));
        };
    }

    /** The problem of an account that lacks these scopes, with a consent link that asks for them in addition. */
    Problem scopeMissing(AccountId account, Scopes held, Scopes missing) {
        return Problem.of(
                        ProblemType.SCOPE_MISSING,
                        "The user has not granted " + missing + ". Send the user the consent_link.")
                .with("account", account.value())
                .with("missing", missing.toString())
                .with(
                        "consent_link",
                        links.shortLivedUrl(account, Optional.of(held.and(missing)), clock.instant())
                                .toString());
    }

    private Problem consentNeeded(AccountId account, LossReason reason, Instant now) {
        var detail = switch (reason) {
            case REJECTED_BY_X -> "X revoked the grant. Send the person the consent_link.";
            case LOST_IN_FLIGHT ->
                "X's response to a refresh was lost, and the refresh token is spent. Send the user the consent_link.";
        };
        return Problem.of(ProblemType.CONSENT_NEEDED, detail)
                .with("account", account.value())
                .with("reason", reason.name())
                .with(
                        "consent_link",
                        links.shortLivedUrl(account, Optional.empty(), now).toString());
    }
}
