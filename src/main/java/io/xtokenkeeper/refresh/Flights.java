package io.xtokenkeeper.refresh;

import io.xtokenkeeper.token.AccountId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** One caller an account in this process starts a refresh; the others wait for that one. */
@Singleton
class Flights {
    private final ConcurrentMap<AccountId, CompletableFuture<Landing>> underWay = new ConcurrentHashMap<>();

    /** A flight of our own to make; empty where one is under way already. */
    Optional<CompletableFuture<Landing>> begin(AccountId id) {
        var ours = new CompletableFuture<Landing>();
        return underWay.putIfAbsent(id, ours) == null ? Optional.of(ours) : Optional.empty();
    }

    Optional<CompletableFuture<Landing>> underWay(AccountId id) {
        return Optional.ofNullable(underWay.get(id));
    }

    /** Ends the flight and tells everybody who waits. */
    void land(AccountId id, Landing landing) {
        var flight = underWay.remove(id);
        if (flight != null) {
            flight.complete(landing);
        }
    }
}
