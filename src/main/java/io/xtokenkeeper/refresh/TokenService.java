package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.ChangeBus;
import io.xtokenkeeper.account.Status;
import io.xtokenkeeper.account.StoredToken;
import io.xtokenkeeper.account.TokenCache;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.refresh.RefreshStarter.StartResult;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Returns a valid access token to a caller. It reads the stored token; if that does not meet the request, it joins the
 * refresh of the account that is in flight or starts one, then reads again. Blocks for {@code KEEPER_REFRESH_TIMEOUT} at
 * most; a refresh that is in flight then continues without its callers.
 */
@Singleton
public class TokenService {
    private static final Logger LOG = Logger.getLogger(TokenService.class);
    /** {@code Retry-After} for a caller if nothing else determines it. */
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(5);

    /** For a caller that sends no {@code min_ttl}. */
    private static final Duration DEFAULT_MIN_TTL = Duration.ofSeconds(60);

    /** A token that is valid at least this long is good: replacing it is a forced refresh. */
    private static final Duration GOOD = Duration.ofMinutes(1);

    /** Minimum time between two forced refreshes of an account. */
    private static final Duration BETWEEN_FORCED = Duration.ofMinutes(1);

    /** X did not reject a token younger than this because of its age. */
    private static final Duration MOMENT = Duration.ofMinutes(1);

    /** Precision of timestamps in the database. */
    private static final Duration STORED_EXACTLY = Duration.of(1, ChronoUnit.MICROS);

    /** The first wait for another replica's result without a notification; doubled each time. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);

    private static final Duration MAX_PAUSE = Duration.ofMillis(400);

    private final TokenCache tokens;
    private final ChangeBus changes;
    private final RefreshStarter starter;
    private final RefreshTask refreshes;
    private final InFlightRefreshes inFlight;
    private final RefreshSettings settings;
    private final InstantSource clock;

    TokenService(
            TokenCache tokens,
            ChangeBus changes,
            RefreshStarter starter,
            RefreshTask refreshes,
            InFlightRefreshes inFlight,
            RefreshSettings settings,
            InstantSource clock) {
        this.tokens = tokens;
        this.changes = changes;
        this.starter = starter;
        this.refreshes = refreshes;
        this.inFlight = inFlight;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Like {@link #validToken}, but reads the cache only: never blocks, and is empty if the cache has no such token, whatever
     * the reason.
     */
    public Optional<TokenResult.Token> cached(AccountId id, Optional<Duration> minTtl) {
        return cached(id, TokenRequest.livesFor(minTtl));
    }

    /**
     * Returns a token that is valid for at least {@code minTtl}. If that is empty: for a minute, or for half of the
     * lifetime that X gives the account's tokens, whichever is less, so that a token that X issued a moment ago always
     * qualifies.
     */
    public TokenResult validToken(AccountId id, Optional<Duration> minTtl) {
        return get(id, TokenRequest.livesFor(minTtl));
    }

    /** Returns a token that was issued after this call began, or by a refresh that was in flight then. */
    public TokenResult refreshed(AccountId id) {
        return refreshedSince(id, clock.instant());
    }

    /**
     * Returns another token than {@code refused}, which X rejected. If X rejects even a token that it issued within the
     * last minute, the token is not the cause, and the same token is returned: no caller can trigger refresh after
     * refresh.
     */
    public TokenResult insteadOf(AccessToken refused, AccountId id) {
        return get(
                id, new TokenRequest(Optional.of(Duration.ZERO), clock.instant().minus(MOMENT), Optional.of(refused)));
    }

    /** Returns a token issued after {@code moment}. A refresh that was done meanwhile qualifies and costs no further one. */
    TokenResult refreshedSince(AccountId id, Instant moment) {
        return get(id, new TokenRequest(Optional.of(Duration.ZERO), moment, Optional.empty()));
    }

    /**
     * The conditions that a token must meet. They are checked for a token that was read before, and again under the row's
     * lock.
     */
    private record TokenRequest(Optional<Duration> minTtl, Instant issuedAfter, Optional<AccessToken> insteadOf) {
        static TokenRequest livesFor(Optional<Duration> minTtl) {
            return new TokenRequest(minTtl, Instant.EPOCH, Optional.empty());
        }

        Duration needed(StoredToken held) {
            return minTtl.orElseGet(() -> {
                var half = held.lifetime().dividedBy(2);
                return held.access().isPresent() && half.compareTo(DEFAULT_MIN_TTL) < 0 ? half : DEFAULT_MIN_TTL;
            });
        }

        /** Whether not even a token that X issues now would meet the request. */
        boolean asksMoreThan(Duration lifetime) {
            return minTtl.filter(least -> least.compareTo(lifetime) >= 0).isPresent();
        }

        boolean isMetBy(StoredToken held, Instant now) {
            return held.isGoodFor(needed(held), now) && (!held.issuedAt().isBefore(issuedAfter) || isAnother(held));
        }

        private boolean isAnother(StoredToken held) {
            return insteadOf.isPresent() && !insteadOf.equals(held.access());
        }

        /** The caller wants a newer token, even if the stored one is valid. */
        boolean isForced() {
            return issuedAfter.isAfter(Instant.EPOCH);
        }

        boolean replacesGoodToken(StoredToken held, Instant now) {
            return isForced() || held.isGoodFor(GOOD, now);
        }
    }

    private Optional<TokenResult.Token> cached(AccountId id, TokenRequest request) {
        return tokens.cached(id)
                .filter(held -> request.isMetBy(held, clock.instant()))
                .map(TokenService::token);
    }

    private TokenResult get(AccountId id, TokenRequest request) {
        var end = clock.instant().plus(settings.deadline());
        while (true) {
            var cached = cached(id, request);
            if (cached.isPresent()) {
                return cached.get();
            }
            var held = tokens.load(id);
            var now = clock.instant();
            if (held.isEmpty()) {
                return new TokenResult.NoSuchAccount();
            }
            var answer = withoutRefresh(held.get(), request, now);
            if (answer.isPresent()) {
                return answer.get();
            }
            if (now.isAfter(end)) {
                return new TokenResult.RetryLater(
                        now.plus(DEFAULT_RETRY_AFTER), "X has not answered yet: the refresh goes on");
            }
            switch (refreshOrJoin(id, held.get(), request, end)) {
                case RefreshOutcome.Refreshed(var pair) -> {
                    tokens.invalidate(id);
                    return request.asksMoreThan(pair.lifetime())
                            ? new TokenResult.AsksTooMuch(pair.lifetime())
                            : token(pair, held.get());
                }
                case RefreshOutcome.RetryLater(var retryAt, var why) -> {
                    return new TokenResult.RetryLater(retryAt, why);
                }
                case RefreshOutcome.TooSoon(var retryAt) -> {
                    return request.isForced()
                            ? new TokenResult.TooSoon(retryAt)
                            : new TokenResult.RetryLater(
                                    retryAt, "its token was replaced before its time less than a minute ago");
                }
                case RefreshOutcome.ReadAgain() -> {}
            }
        }
    }

    private static Optional<TokenResult> withoutRefresh(StoredToken held, TokenRequest request, Instant now) {
        if (held.status() instanceof Status.NeedsConsent(var reason)) {
            return Optional.of(new TokenResult.NeedsConsent(reason));
        }
        if (request.isMetBy(held, now)) {
            return Optional.of(token(held));
        }
        if (held.access().isPresent() && request.needed(held).compareTo(held.lifetime()) >= 0) {
            return Optional.of(new TokenResult.AsksTooMuch(held.lifetime()));
        }
        return held.failure()
                .filter(failure -> now.isBefore(failure.retryAt()))
                .map(failure -> new TokenResult.RetryLater(
                        failure.retryAt(),
                        "the last refresh failed (" + failure.reason() + "), and is tried again then"));
    }

    private static TokenResult.Token token(StoredToken held) {
        return new TokenResult.Token(held.access().orElseThrow(), held.scope(), held.expiresAt());
    }

    private static TokenResult token(TokenPair pair, StoredToken before) {
        return new TokenResult.Token(pair.access(), pair.scope().orElse(before.scope()), pair.expiresAt());
    }

    private RefreshOutcome refreshOrJoin(AccountId id, StoredToken before, TokenRequest request, Instant end) {
        var ours = inFlight.begin(id);
        if (ours.isEmpty()) {
            return inFlight.find(id).map(refresh -> await(refresh, end)).orElseGet(RefreshOutcome.ReadAgain::new);
        }
        try {
            return startRefresh(id, before, request, end);
        } finally {
            // callers that joined read the account again, unless they have received the outcome already
            inFlight.complete(id, new RefreshOutcome.ReadAgain());
        }
    }

    private RefreshOutcome startRefresh(AccountId id, StoredToken before, TokenRequest request, Instant end) {
        var running = refreshes.inFlight(id);
        if (running.isPresent()) {
            return await(running.get(), end);
        }
        var now = clock.instant();
        var forced = request.replacesGoodToken(before, now);
        var again = before.forcedAt().map(at -> at.plus(BETWEEN_FORCED)).filter(now::isBefore);
        if (forced && again.isPresent()) {
            return new RefreshOutcome.TooSoon(again.get());
        }
        // a token that cannot be decrypted must be replaced, however long it is valid, unless a newer one was stored
        // since it was read
        var issuedBefore = before.access().isPresent()
                ? request.issuedAfter()
                : before.issuedAt().plus(STORED_EXACTLY);
        try {
            return switch (starter.startOne(id, now.plus(request.needed(before)), issuedBefore, forced)) {
                case StartResult.Started(var completion) -> await(completion, end);
                case StartResult.Held(var until, var why, var decided) ->
                    decided.map(soon -> awaitDecision(soon, end))
                            .orElseGet(() -> new RefreshOutcome.RetryLater(until, why));
                case StartResult.NotOurs() -> awaitOtherReplica(id, before);
            };
        } catch (InterruptedException e) {
            return stopping();
        } catch (DatabaseException e) {
            return refusedClaim(id, e, now);
        }
    }

    /**
     * Maps a failed claim to an outcome; without a claim no token is spent. An unavailable database is rethrown and
     * mapped by the callers of this class.
     */
    private static RefreshOutcome refusedClaim(AccountId id, DatabaseException why, Instant now) {
        return switch (why.kind()) {
            case UNAVAILABLE -> throw why;
            case RETRY -> new RefreshOutcome.ReadAgain();
            case REJECTED -> {
                LOG.errorf("Cannot claim account %s: %s", id, why.getMessage());
                yield new RefreshOutcome.RetryLater(
                        now.plus(DEFAULT_RETRY_AFTER), "the database does not let the account be refreshed");
            }
        };
    }

    private RefreshOutcome awaitDecision(CompletableFuture<Boolean> soon, Instant end) {
        return await(soon.thenApply(any -> new RefreshOutcome.ReadAgain()), end);
    }

    /**
     * Waits until another replica, which has claimed the account or had claimed it, has finished, or until the row has
     * changed; the caller then reads the account again. One thread waits for all callers of this process.
     */
    private RefreshOutcome awaitOtherReplica(AccountId id, StoredToken before) {
        try {
            for (var pause = FIRST_PAUSE; pause.compareTo(MAX_PAUSE) < 0; pause = pause.multipliedBy(2)) {
                try (var change = changes.next(id)) {
                    if (tokens.load(id)
                            .map(held -> !held.isUnchangedSince(before))
                            .orElse(true)) {
                        break;
                    }
                    change.await(pause);
                }
            }
            return new RefreshOutcome.ReadAgain();
        } catch (InterruptedException e) {
            return stopping();
        }
    }

    private RefreshOutcome stopping() {
        Thread.currentThread().interrupt();
        return new RefreshOutcome.RetryLater(clock.instant().plus(DEFAULT_RETRY_AFTER), "the service is stopping");
    }

    private RefreshOutcome await(CompletableFuture<? extends RefreshOutcome> refresh, Instant end) {
        var left = Duration.between(clock.instant(), end);
        try {
            return refresh.get(Math.max(1, left.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new RefreshOutcome.ReadAgain();
        } catch (InterruptedException e) {
            return stopping();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a refresh always completes", e);
        }
    }
}
