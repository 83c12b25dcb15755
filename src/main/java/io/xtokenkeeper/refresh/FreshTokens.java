package io.xtokenkeeper.refresh;

import io.xtokenkeeper.refresh.StartRefresh.Takeoff;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.TokenPair;
import io.xtokenkeeper.vault.Changes;
import io.xtokenkeeper.vault.HeldToken;
import io.xtokenkeeper.vault.HeldTokens;
import io.xtokenkeeper.vault.Status;
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

/**
 * The only way to a usable token. Looks; if that does not do, takes part in the account's one flight, or begins it; then
 * looks again. Blocks until there is an answer, a little longer than X is given for one at the most.
 */
@Singleton
public class FreshTokens {
    /** Beyond X's own deadline: for claiming and saving. */
    private static final Duration GRACE = Duration.ofSeconds(5);
    /** After a failed try callers do not cause another one sooner. */
    private static final Duration BREATH = Duration.ofSeconds(5);

    /** What is younger was not refused for its age. */
    private static final Duration MOMENT = Duration.ofMinutes(1);

    /** As exactly as the store tells times apart. */
    private static final Duration STORED_EXACTLY = Duration.of(1, ChronoUnit.MICROS);

    /** Where nothing is heard of the other replica. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(25);

    private static final Duration LAST_LOOK = Duration.ofMillis(400);

    private final HeldTokens tokens;
    private final Changes changes;
    private final StartRefresh start;
    private final Flights flights;
    private final RefreshSettings settings;
    private final InstantSource clock;

    FreshTokens(
            HeldTokens tokens,
            Changes changes,
            StartRefresh start,
            Flights flights,
            RefreshSettings settings,
            InstantSource clock) {
        this.tokens = tokens;
        this.changes = changes;
        this.start = start;
        this.flights = flights;
        this.settings = settings;
        this.clock = clock;
    }

    /** One that is in memory and lives at least {@code needed} longer: never blocks, says nothing where it is empty. */
    public Optional<Fresh.Token> atHand(AccountId id, Duration needed) {
        return atHand(id, Wish.livesFor(needed));
    }

    /** A token that lives at least {@code needed} longer. */
    public Fresh fresh(AccountId id, Duration needed) {
        return get(id, Wish.livesFor(needed));
    }

    /** A token issued after this call began, or by a refresh that was under way then. */
    public Fresh refreshed(AccountId id) {
        return refreshedSince(id, clock.instant());
    }

    /**
     * Another token than {@code refused}, which X did not take. Where X refuses even one that it issued a moment ago, it is
     * not the token that is wrong, and that same one comes back: no caller can have rotations spent one after the other.
     */
    public Fresh insteadOf(AccessToken refused, AccountId id) {
        return get(id, new Wish(Duration.ZERO, clock.instant().minus(MOMENT), Optional.of(refused)));
    }

    /** A token issued after {@code moment}: a refresh that was done meanwhile does, and costs no other one. */
    Fresh refreshedSince(AccountId id, Instant moment) {
        return get(id, new Wish(Duration.ZERO, moment, Optional.empty()));
    }

    /** What would do. The same question is asked of a token read before, and of the row under its lock. */
    private record Wish(Duration needed, Instant issuedAfter, Optional<AccessToken> insteadOf) {
        static Wish livesFor(Duration needed) {
            return new Wish(needed, Instant.EPOCH, Optional.empty());
        }

        boolean isMetBy(HeldToken held, Instant now) {
            return held.isGoodFor(needed, now) && (!held.issuedAt().isBefore(issuedAfter) || isAnother(held));
        }

        private boolean isAnother(HeldToken held) {
            return insteadOf.isPresent() && !insteadOf.equals(held.access());
        }

        boolean isForced() {
            return issuedAfter.isAfter(Instant.EPOCH);
        }
    }

    private Optional<Fresh.Token> atHand(AccountId id, Wish wish) {
        return tokens.remembered(id)
                .filter(held -> wish.isMetBy(held, clock.instant()))
                .map(FreshTokens::token);
    }

    private Fresh get(AccountId id, Wish wish) {
        var end = clock.instant().plus(settings.deadline()).plus(GRACE);
        while (true) {
            var atHand = atHand(id, wish);
            if (atHand.isPresent()) {
                return atHand.get();
            }
            var held = tokens.held(id);
            var now = clock.instant();
            if (held.isEmpty()) {
                return new Fresh.NoSuchAccount();
            }
            var answer = withoutAsking(held.get(), wish, now);
            if (answer.isPresent()) {
                return answer.get();
            }
            if (now.isAfter(end)) {
                return new Fresh.NotNow(now.plus(BREATH), "another refresh of this account is under way");
            }
            switch (fly(id, held.get(), wish, end)) {
                case Landing.Refreshed(var pair) -> {
                    tokens.forget(id);
                    return token(pair, held.get());
                }
                case Landing.NotNow(var retryAt, var why) -> {
                    return new Fresh.NotNow(retryAt, why);
                }
                case Landing.LookAgain() -> {}
            }
        }
    }

    private static Optional<Fresh> withoutAsking(HeldToken held, Wish wish, Instant now) {
        if (held.status() instanceof Status.NeedsConsent(var reason)) {
            return Optional.of(new Fresh.NeedsConsent(reason));
        }
        if (wish.isMetBy(held, now)) {
            return Optional.of(token(held));
        }
        var longest = Duration.between(held.issuedAt(), held.expiresAt());
        if (held.access().isPresent() && wish.needed().compareTo(longest) >= 0) {
            return Optional.of(new Fresh.AsksTooMuch(longest));
        }
        return held.failedAt()
                .map(failed -> failed.plus(BREATH))
                .filter(retryAt -> now.isBefore(retryAt) && !wish.isForced())
                .map(retryAt -> new Fresh.NotNow(retryAt, "X did not refresh this account a moment ago"));
    }

    private static Fresh.Token token(HeldToken held) {
        return new Fresh.Token(held.access().orElseThrow(), held.scope(), held.expiresAt());
    }

    private static Fresh token(TokenPair pair, HeldToken before) {
        return new Fresh.Token(pair.access(), pair.scope().orElse(before.scope()), pair.expiresAt());
    }

    private Landing fly(AccountId id, HeldToken before, Wish wish, Instant end) {
        var ours = flights.begin(id);
        if (ours.isEmpty()) {
            return flights.underWay(id).map(flight -> await(flight, end)).orElseGet(Landing.LookAgain::new);
        }
        try {
            return lead(id, before, wish, end);
        } finally {
            // those who joined look for themselves, unless the flight has told them already
            flights.land(id, new Landing.LookAgain());
        }
    }

    private Landing lead(AccountId id, HeldToken before, Wish wish, Instant end) {
        // a token that cannot be read must be replaced, however long it would live; one that came since it was looked
        // at does
        var issuedBefore = before.access().isPresent()
                ? wish.issuedAfter()
                : before.issuedAt().plus(STORED_EXACTLY);
        return switch (start.one(id, clock.instant().plus(wish.needed()), issuedBefore)) {
            case Takeoff.Started(var landing) -> await(landing, end);
            case Takeoff.Held(var pause) -> new Landing.NotNow(pause.until(), pause.why());
            case Takeoff.NotOurs() -> watch(id, before);
        };
    }

    /**
     * Another replica has it, or had it: wait until it is done, or look whether the row has moved on; then ask again. One
     * does it for all here.
     */
    private Landing watch(AccountId id, HeldToken before) {
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
            return new Landing.LookAgain();
        } catch (InterruptedException e) {
            return stopping();
        }
    }

    private Landing stopping() {
        Thread.currentThread().interrupt();
        return new Landing.NotNow(clock.instant().plus(BREATH), "the service is stopping");
    }

    private Landing await(CompletableFuture<Landing> flight, Instant end) {
        var left = Duration.between(clock.instant(), end);
        try {
            return flight.get(Math.max(1, left.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Landing.LookAgain();
        } catch (InterruptedException e) {
            return stopping();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a flight always lands", e);
        }
    }
}
