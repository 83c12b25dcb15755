package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.AccountId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Makes one caller per account start a refresh in this process; the other callers wait for its outcome. */
@Singleton
class InFlightRefreshes {
    private final ConcurrentMap<AccountId, CompletableFuture<RefreshOutcome>> refreshes = new ConcurrentHashMap<>();

    /** Registers the caller as the one that starts the refresh; empty if another caller already has. */
    Optional<CompletableFuture<RefreshOutcome>> begin(AccountId id) {
        var ours = new CompletableFuture<RefreshOutcome>();
        return refreshes.putIfAbsent(id, ours) == null ? Optional.of(ours) : Optional.empty();
    }

    Optional<CompletableFuture<RefreshOutcome>> find(AccountId id) {
        return Optional.ofNullable(refreshes.get(id));
    }

    /** Ends the refresh and passes its outcome to all waiting callers. */
    void complete(AccountId id, RefreshOutcome outcome) {
        var refresh = refreshes.remove(id);
        if (refresh != null) {
            refresh.complete(outcome);
        }
    }
}
