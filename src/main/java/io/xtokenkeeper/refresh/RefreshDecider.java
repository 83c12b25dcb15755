package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.LastError;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.xapi.TokenEndpointResult;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Decides what X's response means for the account (step 3 of the refresh protocol). Only an explicit rejection of the
 * grant by X marks it as revoked.
 */
@Singleton
class RefreshDecider {
    /** The request itself was wrong, so retrying often would not help. */
    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(5);

    private final RefreshResultRepository repository;
    private final RefreshPolicy policy;

    RefreshDecider(RefreshResultRepository repository, RefreshPolicy policy) {
        this.repository = repository;
        this.policy = policy;
    }

    /** @param thisGrantOnly if X rejects the app or limits its rate, it does so for this grant alone */
    RefreshResult decide(ClaimedAccount claimed, TokenEndpointResult answer, boolean thisGrantOnly, Instant now) {
        return switch (answer) {
            case TokenEndpointResult.Granted(var pair) ->
                repository.rotated(claimed, pair, policy.dueAt(pair, ThreadLocalRandom.current()));
            case TokenEndpointResult.RefreshTokenOnly(var refresh, var scope, var hint) ->
                repository.rotated(
                        claimed,
                        refresh,
                        scope,
                        retryAt(claimed, Optional.empty(), now),
                        new LastError(Reason.NO_ACCESS_TOKEN.name(), hint, now));
            case TokenEndpointResult.GrantRevoked(var hint) -> revoked(claimed, hint, now);
            case TokenEndpointResult.AppRejected(var hint) ->
                thisGrantOnly
                        ? postponed(claimed, Reason.GRANT_REJECTED, hint, Backoff.OF_ONE_GRANT, now)
                        : postponed(claimed, Reason.APP_REFUSED, hint, Backoff.USUAL, now);
            case TokenEndpointResult.NotFromX(var hint) ->
                postponed(claimed, Reason.NOT_FROM_X, hint, Backoff.USUAL, now);
            case TokenEndpointResult.Later(var hint, var at, var limited)
            when limited && !thisGrantOnly -> postponed(claimed, Reason.X_BUSY, hint, Backoff.USUAL, now);
            case TokenEndpointResult.Later(var hint, var at, var limited) ->
                postponed(claimed, Reason.X_BUSY, hint, retryAt(claimed, at, now), false, now);
            case TokenEndpointResult.Unknown(var hint) -> unknown(claimed, hint, now);
            case TokenEndpointResult.Unreadable(var hint) -> unknown(claimed, hint, now);
            case TokenEndpointResult.Refused(var status, var hint) ->
                postponed(claimed, Reason.X_REFUSED_REQUEST, hint, now.plus(AFTER_REFUSAL), false, now);
        };
    }

    private static RefreshResult unknown(ClaimedAccount claimed, String hint, Instant now) {
        var until =
                Backoff.AFTER_UNKNOWN.retryAt(claimed.failures(), Optional.empty(), now, ThreadLocalRandom.current());
        return postponed(claimed, Reason.NO_ANSWER, hint, until, true, now);
    }

    private static RefreshResult postponed(
            ClaimedAccount claimed, Reason reason, String hint, Backoff backoff, Instant now) {
        var until = backoff.retryAt(claimed.failures(), Optional.empty(), now, ThreadLocalRandom.current());
        return postponed(claimed, reason, hint, until, false, now);
    }

    /**
     * X's {@code Retry-After} counts up to {@link ProbeIntervals#LONGEST}: X may ask for hours and be available long
     * before.
     */
    private static Instant retryAt(ClaimedAccount claimed, Optional<Instant> xAsksFor, Instant now) {
        var latest = now.plus(ProbeIntervals.LONGEST);
        var asked = xAsksFor.map(at -> at.isBefore(latest) ? at : latest);
        return Backoff.USUAL.retryAt(claimed.failures(), asked, now, ThreadLocalRandom.current());
    }

    /** If an earlier attempt with this token had no known outcome, that attempt has spent it. */
    private static RefreshResult revoked(ClaimedAccount claimed, String hint, Instant now) {
        var reason = claimed.unanswered() ? LossReason.LOST_IN_FLIGHT : LossReason.REJECTED_BY_X;
        return new RefreshResult.Revoked(
                claimed.id(), claimed.fence(), reason, new LastError(reason.name(), hint, now));
    }

    private static RefreshResult postponed(
            ClaimedAccount claimed, Reason reason, String hint, Instant until, boolean mayBeSpent, Instant now) {
        var error = new LastError(reason.name(), hint, now);
        // an unknown outcome stays unknown until X issues a token pair or rejects the grant
        return new RefreshResult.Postponed(
                claimed.id(), claimed.fence(), until, error, mayBeSpent || claimed.unanswered());
    }
}
