package io.xtokenkeeper.refresh;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.vault.ClaimAccounts;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Claims accounts and sets them going, as far as the brake allows. */
@Singleton
class StartRefresh {
    private final ClaimAccounts claim;
    private final RefreshClaimed refresh;
    private final Brake brake;
    private final RefreshSettings settings;
    private final InstantSource clock;

    StartRefresh(
            ClaimAccounts claim, RefreshClaimed refresh, Brake brake, RefreshSettings settings, InstantSource clock) {
        this.claim = claim;
        this.refresh = refresh;
        this.brake = brake;
        this.settings = settings;
        this.clock = clock;
    }

    sealed interface Takeoff {
        record Started(CompletableFuture<Landing> landing) implements Takeoff {}

        /** Somebody else has it, or it needs no refresh any more. */
        record NotOurs() implements Takeoff {}

        record Held(Brake.Pause pause) implements Takeoff {}
    }

    /** At most {@code room} of the accounts whose time has come; fewer means that no more are due, or may go now. */
    List<CompletionStage<Landing>> due(int room) {
        var now = clock.instant();
        var admitted = brake.admit(room, now);
        if (admitted == 0) {
            return List.of();
        }
        var claimed = claim.due(admitted, settings.lease(), now);
        if (claimed.size() < admitted) {
            brake.unused();
        }
        return claimed.stream().<CompletionStage<Landing>>map(refresh::start).toList();
    }

    /** This one, if under its lock it still lives shorter than {@code goodUntil} or is older than {@code issuedBefore}. */
    Takeoff one(AccountId id, Instant goodUntil, Instant issuedBefore) {
        var now = clock.instant();
        if (brake.admit(1, now) == 0) {
            return brake.pause(now).<Takeoff>map(Takeoff.Held::new).orElseGet(Takeoff.NotOurs::new);
        }
        var claimed = claim.one(id, goodUntil, issuedBefore, settings.lease(), now);
        if (claimed.isEmpty()) {
            brake.unused();
            return new Takeoff.NotOurs();
        }
        return new Takeoff.Started(refresh.start(claimed.get()));
    }
}
