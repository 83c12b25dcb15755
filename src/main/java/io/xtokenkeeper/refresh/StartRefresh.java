package io.xtokenkeeper.refresh;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.vault.AppState.Pause;
import io.xtokenkeeper.vault.ClaimAccounts;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Claims accounts and sets them going, as far as brake and budget allow. */
@Singleton
class StartRefresh {
    private final ClaimAccounts claim;
    private final RefreshClaimed refresh;
    private final Brake brake;
    private final Budget budget;
    private final InstantSource clock;
    private final Duration lease;

    StartRefresh(
            ClaimAccounts claim,
            RefreshClaimed refresh,
            Brake brake,
            Budget budget,
            InstantSource clock,
            RefreshSettings settings) {
        this.claim = claim;
        this.refresh = refresh;
        this.brake = brake;
        this.budget = budget;
        this.clock = clock;
        this.lease = settings.lease();
    }

    /** @param more whether more may be due than were started */
    record Started(List<CompletionStage<Landing>> flights, boolean more) {}

    /** At most {@code room} of the accounts whose time has come. */
    Started due(int room) {
        var now = clock.instant();
        claiming(() -> {
            brake.share(now);
            return now;
        });
        var admitted = brake.admit(room, now);
        if (admitted == 0) {
            return new Started(List.of(), false);
        }
        var allowed = budget.take(admitted);
        var claimed = claiming(() -> claim.due(allowed, lease, now));
        if (claimed.size() < admitted) {
            brake.unused();
        }
        budget.giveBack(allowed - claimed.size());
        return new Started(
                claimed.stream().<CompletionStage<Landing>>map(refresh::start).toList(), claimed.size() == allowed);
    }

    sealed interface Takeoff {
        record Started(CompletableFuture<Landing> landing) implements Takeoff {}

        /** Somebody else has it, or it needs no refresh any more. */
        record NotOurs() implements Takeoff {}

        record Held(Pause pause) implements Takeoff {}
    }

    /** This one, if under its lock it still lives shorter than {@code goodUntil} or is older than {@code issuedBefore}. */
    Takeoff one(AccountId id, Instant goodUntil, Instant issuedBefore) {
        var now = clock.instant();
        if (brake.storeWasAway()) {
            brake.share(now);
        }
        if (brake.admit(1, now) == 0) {
            return brake.holding(now).<Takeoff>map(Takeoff.Held::new).orElseGet(Takeoff.NotOurs::new);
        }
        var claimed = claiming(() -> claim.one(id, goodUntil, issuedBefore, lease, now));
        if (claimed.isEmpty()) {
            brake.unused();
            return new Takeoff.NotOurs();
        }
        budget.overdraw();
        return new Takeoff.Started(refresh.start(claimed.get()));
    }

    /** Where the store is away nothing will fly, so nothing else would tell the brake. */
    private <T> T claiming(Supplier<T> claimed) {
        try {
            return claimed.get();
        } catch (RuntimeException e) {
            brake.storeIsAway();
            throw e;
        }
    }
}
