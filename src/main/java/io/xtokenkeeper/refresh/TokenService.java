package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.ChangeBus;
import io.xtokenkeeper.account.Status;
import io.xtokenkeeper.account.StoredToken;
import io.xtokenkeeper.account.TokenCache;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.refresh.RefreshStarter.Takeoff;
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
 * A usable token for a caller. Looks; if that does not do, joins the refresh of the account that is in flight, or starts one;
 * then looks again. Blocks until there is an answer, for {@code KEEPER_REFRESH_TIMEOUT} at the most: a refresh that is in flight
 * then goes on without its callers.
 */
@Singleton
public class TokenService {
    private static final Logger LOG = Logger.getLogger(TokenService.class);
    /** After which a caller who was sent away may come again, where nothing else says when. */
    private static final Duration BREATH = Duration.ofSeconds(5);

    /** Where a caller does not say. */
    private static final Duration USUAL_MIN_TTL = Duration.ofSeconds(60);

    /** A token that lives so long is good: a caller who asks for another one has it replaced before its time. */
    private static final Duration GOOD = Duration.ofMinutes(1);

    /** Between two refreshes of an account whose token was still good. */
    private static final Duration BETWEEN_FORCED = Duration.ofMinutes(1);

    /** What is younger was not refused for its age. */
    private static final Duration MOMENT = Duration.ofMinutes(1);

    /** As exactly as the store tells times apart. */
    private static final Duration STORED_EXACTLY = Duration.of(1, ChronoUnit.MICROS);

    /** Where nothing is heard of the other replica. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(25);

    private static final Duration LAST_LOOK = Duration.ofMillis(400);

    private final TokenCache tokens;
    private final ChangeBus changes;
    private final RefreshStarter start;
    private final RefreshTask refreshes;
    private final InFlightRefreshes flights;
    private final RefreshSettings settings;
    private final InstantSource clock;

    TokenService(
            TokenCache tokens,
            ChangeBus changes,
            RefreshStarter start,
            RefreshTask refreshes,
            InFlightRefreshes flights,
            RefreshSettings settings,
            InstantSource clock) {
        this.tokens = tokens;
        this.changes = changes;
        this.start = start;
        this.refreshes = refreshes;
        this.flights = flights;
        this.settings = settings;
        this.clock = clock;
    }

    /** As {@link #fresh}, if it is in memory: never blocks, says nothing where it is empty. */
    public Optional<TokenResult.Token> atHand(AccountId id, Optional<Duration> minTtl) {
        return atHand(id, Wish.livesFor(minTtl));
    }

    /**
     * A token that lives at least {@code minTtl} longer; where that is empty a minute, or half of what X lets the account's
     * tokens live if that is less: one that X issued a moment ago always does.
     */
    public TokenResult fresh(AccountId id, Optional<Duration> minTtl) {
        return get(id, Wish.livesFor(minTtl));
    }

    /** A token issued after this call began, or by a refresh that was under way then. */
    public TokenResult refreshed(AccountId id) {
        return refreshedSince(id, clock.instant());
    }

    /**
     * Another token than {@code refused}, which X did not take. Where X refuses even one that it issued a moment ago, it is
     * not the token that is wrong, and that same one comes back: no caller can have rotations spent one after the other.
     */
    public TokenResult insteadOf(AccessToken refused, AccountId id) {
        return get(id, new Wish(Optional.of(Duration.ZERO), clock.instant().minus(MOMENT), Optional.of(refused)));
    }

    /** A token issued after {@code moment}: a refresh that was done meanwhile does, and costs no other one. */
    TokenResult refreshedSince(AccountId id, Instant moment) {
        return get(id, new Wish(Optional.of(Duration.ZERO), moment, Optional.empty()));
    }

    /** What would do. The same question is asked of a token read before, and of the row under its lock. */
    private record Wish(Optional<Duration> minTtl, Instant issuedAfter, Optional<AccessToken> insteadOf) {
        static Wish livesFor(Optional<Duration> minTtl) {
            return new Wish(minTtl, Instant.EPOCH, Optional.empty());
        }

        Duration needed(StoredToken held) {
            return minTtl.orElseGet(() -> {
                var half = held.lifetime().dividedBy(2);
                return held.access().isPresent() && half.compareTo(USUAL_MIN_TTL) < 0 ? half : USUAL_MIN_TTL;
            });
        }

        boolean isMetBy(StoredToken held, Instant now) {
            return held.isGoodFor(needed(held), now) && (!held.issuedAt().isBefore(issuedAfter) || isAnother(held));
        }

        private boolean isAnother(StoredToken held) {
            return insteadOf.isPresent() && !insteadOf.equals(held.access());
        }

        /** Whatever the token that is held is good for, another one is to replace it. */
        boolean isForced() {
            return issuedAfter.isAfter(Instant.EPOCH);
        }

        boolean replacesGoodToken(StoredToken held, Instant now) {
            return isForced() || held.isGoodFor(GOOD, now);
        }
    }

    private Optional<TokenResult.Token> atHand(AccountId id, Wish wish) {
        return tokens.remembered(id)
                .filter(held -> wish.isMetBy(held, clock.instant()))
                .map(TokenService::token);
    }

    private TokenResult get(AccountId id, Wish wish) {
        var end = clock.instant().plus(settings.deadline());
        while (true) {
            var atHand = atHand(id, wish);
            if (atHand.isPresent()) {
                return atHand.get();
            }
            var held = tokens.held(id);
            var now = clock.instant();
            if (held.isEmpty()) {
                return new TokenResult.NoSuchAccount();
            }
            var answer = withoutAsking(held.get(), wish, now);
            if (answer.isPresent()) {
                return answer.get();
            }
            if (now.isAfter(end)) {
                return new TokenResult.NotNow(now.plus(BREATH), "X has not answered yet: the refresh goes on");
            }
            switch (fly(id, held.get(), wish, end)) {
                case RefreshOutcome.Refreshed(var pair) -> {
                    tokens.forget(id);
                    return token(pair, held.get());
                }
                case RefreshOutcome.NotNow(var retryAt, var why) -> {
                    return new TokenResult.NotNow(retryAt, why);
                }
                case RefreshOutcome.TooSoon(var retryAt) -> {
                    return wish.isForced()
                            ? new TokenResult.TooSoon(retryAt)
                            : new TokenResult.NotNow(
                                    retryAt, "its token was replaced before its time less than a minute ago");
                }
                case RefreshOutcome.LookAgain() -> {}
            }
        }
    }

    private static Optional<TokenResult> withoutAsking(StoredToken held, Wish wish, Instant now) {
        if (held.status() instanceof Status.NeedsConsent(var reason)) {
            return Optional.of(new TokenResult.NeedsConsent(reason));
        }
        if (wish.isMetBy(held, now)) {
            return Optional.of(token(held));
        }
        if (held.access().isPresent() && wish.needed(held).compareTo(held.lifetime()) >= 0) {
            return Optional.of(new TokenResult.AsksTooMuch(held.lifetime()));
        }
        return held.failure()
                .filter(failure -> now.isBefore(failure.retryAt()))
                .map(failure -> new TokenResult.NotNow(
                        failure.retryAt(),
                        "the last refresh failed (" + failure.reason() + "), and is tried again then"));
    }

    private static TokenResult.Token token(StoredToken held) {
        return new TokenResult.Token(held.access().orElseThrow(), held.scope(), held.expiresAt());
    }

    private static TokenResult token(TokenPair pair, StoredToken before) {
        return new TokenResult.Token(pair.access(), pair.scope().orElse(before.scope()), pair.expiresAt());
    }

    private RefreshOutcome fly(AccountId id, StoredToken before, Wish wish, Instant end) {
        var ours = flights.begin(id);
        if (ours.isEmpty()) {
            return flights.underWay(id).map(flight -> await(flight, end)).orElseGet(RefreshOutcome.LookAgain::new);
        }
        try {
            return lead(id, before, wish, end);
        } finally {
            // those who joined look for themselves, unless the flight has told them already
            flights.land(id, new RefreshOutcome.LookAgain());
        }
    }

    private RefreshOutcome lead(AccountId id, StoredToken before, Wish wish, Instant end) {
        var inFlight = refreshes.inFlight(id);
        if (inFlight.isPresent()) {
            return await(inFlight.get(), end);
        }
        var now = clock.instant();
        var forced = wish.replacesGoodToken(before, now);
        var again = before.forcedAt().map(at -> at.plus(BETWEEN_FORCED)).filter(now::isBefore);
        if (forced && again.isPresent()) {
            return new RefreshOutcome.TooSoon(again.get());
        }
        // a token that cannot be read must be replaced, however long it would live; one that came since it was looked
        // at does
        var issuedBefore = before.access().isPresent()
                ? wish.issuedAfter()
                : before.issuedAt().plus(STORED_EXACTLY);
        try {
            return switch (start.one(id, now.plus(wish.needed(before)), issuedBefore, forced)) {
                case Takeoff.Started(var landing) -> await(landing, end);
                case Takeoff.Held(var until, var why, var decided) ->
                    decided.map(soon -> look(soon, end)).orElseGet(() -> new RefreshOutcome.NotNow(until, why));
                case Takeoff.NotOurs() -> watch(id, before);
            };
        } catch (InterruptedException e) {
            return stopping();
        } catch (DatabaseException e) {
            return refusedClaim(id, e, now);
        }
    }

    /** No token is spent that could not be saved. Where the database cannot be reached at all, callers are told so elsewhere. */
    private static RefreshOutcome refusedClaim(AccountId id, DatabaseException why, Instant now) {
        return switch (why.kind()) {
            case UNAVAILABLE -> throw why;
            case RETRY -> new RefreshOutcome.LookAgain();
            case REJECTED -> {
                LOG.errorf("Cannot claim account %s: %s", id, why.getMessage());
                yield new RefreshOutcome.NotNow(now.plus(BREATH), "the database does not let the account be refreshed");
            }
        };
    }

    private RefreshOutcome look(CompletableFuture<Boolean> soon, Instant end) {
        return await(soon.thenApply(any -> new RefreshOutcome.LookAgain()), end);
    }

    /**
     * Another replica has it, or had it: wait until it is done, or look whether the row has moved on; then ask again. One
     * does it for all here.
     */
    private RefreshOutcome watch(AccountId id, StoredToken before) {
        try {
            for (var pause = FIRST_LOOK; pause.compareTo(LAST_LOOK) < 0; pause = pause.multipliedBy(2)) {
                try (var change = changes.next(id)) {
                    if (tokens.held(id)
                            .map(held -> !held.isUnchangedSince(before))
                            .orElse(true)) {
                        break;
                    }
                    change.await(pause);
                }
            }
            return new RefreshOutcome.LookAgain();
        } catch (InterruptedException e) {
            return stopping();
        }
    }

    private RefreshOutcome stopping() {
        Thread.currentThread().interrupt();
        return new RefreshOutcome.NotNow(clock.instant().plus(BREATH), "the service is stopping");
    }

    private RefreshOutcome await(CompletableFuture<? extends RefreshOutcome> flight, Instant end) {
        var left = Duration.between(clock.instant(), end);
        try {
            return flight.get(Math.max(1, left.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new RefreshOutcome.LookAgain();
        } catch (InterruptedException e) {
            return stopping();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a flight always lands", e);
        }
    }
}
