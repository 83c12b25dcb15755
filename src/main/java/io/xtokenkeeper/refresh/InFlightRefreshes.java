package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.AccountId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** One caller an account in this process starts a refresh; the others wait for that one. */
@Singleton
class InFlightRefreshes {
    private final ConcurrentMap<AccountId, CompletableFuture<RefreshOutcome>> underWay = new ConcurrentHashMap<>();

    /** A flight of our own to make; empty where one is under way already. */
    Optional<CompletableFuture<RefreshOutcome>> begin(AccountId id) {
        var ours = new CompletableFuture<RefreshOutcome>();
        return underWay.putIfAbsent(id, ours) == null ? Optional.of(ours) : Optional.empty();
    }

    Optional<CompletableFuture<RefreshOutcome>> underWay(AccountId id) {
        return Optional.ofNullable(underWay.get(id));
    }

    /** Ends the flight and tells everybody who waits. */
    void land(AccountId id, RefreshOutcome landing) {
        var flight = underWay.remove(id);
        if (flight != null) {
            flight.complete(landing);
        }
    }
}
