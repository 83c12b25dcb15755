package io.xtokenkeeper.refresh;

import io.xtokenkeeper.refresh.StartRefresh.Takeoff;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.TokenPair;
import io.xtokenkeeper.vault.Grants;
import io.xtokenkeeper.vault.HeldToken;
import io.xtokenkeeper.vault.Status;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

    private static final Duration FIRST_LOOK = Duration.ofMillis(25);
    private static final Duration LAST_LOOK = Duration.ofMillis(400);

    private final Grants grants;
    private final StartRefresh start;
    private final Flights flights;
    private final RefreshSettings settings;
    private final InstantSource clock;

    FreshTokens(Grants grants, StartRefresh start, Flights flights, RefreshSettings settings, InstantSource clock) {
        this.grants = grants;
        this.start = start;
        this.flights = flights;
        this.settings = settings;
        this.clock = clock;
    }

    /** A token that lives at least {@code needed} longer. */
    public Fresh fresh(AccountId id, Duration needed) {
        return get(id, new Wish(needed, Instant.EPOCH));
    }

    /** A token issued after this call began, or by a refresh that was under way then. */
    public Fresh refreshed(AccountId id) {
        return get(id, new Wish(Duration.ZERO, clock.instant()));
    }

    /** A token issued after {@code moment}: a refresh that was done meanwhile does, and costs no other one. */
    Fresh refreshedSince(AccountId id, Instant moment) {
        return get(id, new Wish(Duration.ZERO, moment));
    }

    /** What would do. The same question is asked of a token read before, and of the row under its lock. */
    private record Wish(Duration needed, Instant issuedAfter) {
        boolean isMetBy(HeldToken held, Instant now) {
            return held.isGoodFor(needed, now) && !held.issuedAt().isBefore(issuedAfter);
        }

        boolean isForced() {
            return issuedAfter.isAfter(Instant.EPOCH);
        }
    }

    private Fresh get(AccountId id, Wish wish) {
        var end = clock.instant().plus(settings.deadline()).plus(GRACE);
        while (true) {
            var held = grants.held(id);
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
            return Optional.of(new Fresh.Token(held.access().orElseThrow(), held.scope(), held.expiresAt()));
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
        var now = clock.instant();
        // a token that cannot be read must be replaced, however long it would live
        var issuedBefore = before.access().isPresent() ? wish.issuedAfter() : now;
        return switch (start.one(id, now.plus(wish.needed()), issuedBefore)) {
            case Takeoff.Started(var landing) -> await(landing, end);
            case Takeoff.Held(var pause) -> new Landing.NotNow(pause.until(), pause.why());
            case Takeoff.NotOurs() -> watch(id, before);
        };
    }

    /** Another replica has it, or had it: look until the row has moved on, then ask again. One does it for all here. */
    private Landing watch(AccountId id, HeldToken before) {
        var held = Optional.of(before);
        try {
            for (var pause = FIRST_LOOK; pause.compareTo(LAST_LOOK) < 0; pause = pause.multipliedBy(2)) {
                Thread.sleep(pause);
                held = grants.held(id);
                if (held.isEmpty() || !held.get().isUnchangedSince(before)) {
                    break;
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
