package io.xtokenkeeper.refresh;

import io.quarkus.virtual.threads.VirtualThreads;
import io.xtokenkeeper.account.ChangeBus;
import io.xtokenkeeper.domain.AccountId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;

/**
 * Combines concurrent requests: callers that request the same {@code minTtl} for the same account share one lookup and
 * its result, and wait for it without a thread. A request that comes after a change of the account was notified does not
 * share a lookup that began before.
 */
@Singleton
public class TokenRequestCoalescer {
    private record Lookup(Optional<Duration> minTtl, CompletableFuture<TokenResult> result) {}

    private final TokenService tokens;
    private final ExecutorService threads;
    private final ConcurrentMap<AccountId, Lookup> inFlight = new ConcurrentHashMap<>();

    TokenRequestCoalescer(TokenService tokens, ChangeBus changes, @VirtualThreads ExecutorService threads) {
        this.tokens = tokens;
        this.threads = threads;
        changes.onAccount(inFlight::remove);
        changes.onMissed(inFlight::clear);
    }

    /** Calls {@link TokenService#validToken} on another thread than the caller's. Completes with its result or exception. */
    public CompletableFuture<TokenResult> validToken(AccountId id, Optional<Duration> minTtl) {
        var ours = new Lookup(minTtl, new CompletableFuture<>());
        var theirs = inFlight.putIfAbsent(id, ours);
        if (theirs != null && theirs.minTtl().equals(minTtl)) {
            return theirs.result();
        }
        return ours.result().completeAsync(() -> lookUp(id, ours), threads);
    }

    private TokenResult lookUp(AccountId id, Lookup ours) {
        try {
            return tokens.validToken(id, ours.minTtl());
        } finally {
            inFlight.remove(id, ours);
        }
    }
}
