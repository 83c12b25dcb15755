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
 * A token for a crowd: those who ask the same of one account share one search and its answer, and wait for it without a
 * thread. Whoever asks after a change of the account was heard shares none that began before.
 */
@Singleton
public class TokenRequestCoalescer {
    private record Search(Optional<Duration> minTtl, CompletableFuture<TokenResult> found) {}

    private final TokenService tokens;
    private final ExecutorService threads;
    private final ConcurrentMap<AccountId, Search> underWay = new ConcurrentHashMap<>();

    TokenRequestCoalescer(TokenService tokens, ChangeBus changes, @VirtualThreads ExecutorService threads) {
        this.tokens = tokens;
        this.threads = threads;
        changes.onAccount(underWay::remove);
        changes.onMissed(underWay::clear);
    }

    /** {@link TokenService#fresh}, on another thread than the caller's. Completes as that ends, exceptions included. */
    public CompletableFuture<TokenResult> fresh(AccountId id, Optional<Duration> minTtl) {
        var ours = new Search(minTtl, new CompletableFuture<>());
        var theirs = underWay.putIfAbsent(id, ours);
        if (theirs != null && theirs.minTtl().equals(minTtl)) {
            return theirs.found();
        }
        return ours.found().completeAsync(() -> seek(id, ours), threads);
    }

    private TokenResult seek(AccountId id, Search ours) {
        try {
            return tokens.fresh(id, ours.minTtl());
        } finally {
            underWay.remove(id, ours);
        }
    }
}
