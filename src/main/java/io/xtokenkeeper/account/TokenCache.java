package io.xtokenkeeper.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.DatabaseException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Caches decrypted access tokens in this process.
 *
 * <ol>
 *   <li>Only valid entries are cached: an unknown account or one that needs consent is always read from the database.
 *   <li>Cached tokens are returned only while {@link ChangeBus#areKnown}: a change by any replica invalidates the entry
 *       here within a second, otherwise the cache is not used.
 *   <li>What was read before a change is not cached after it.
 * </ol>
 */
@Singleton
public class TokenCache {
    /**
     * Entries expire after one to three minutes, in case a change sent no notification, although every change should. The
     * time is random, so that they are not all reloaded at once.
     */
    private static final Duration MIN_TTL = Duration.ofMinutes(1);

    private static final Duration MAX_TTL = Duration.ofMinutes(3);
    /** Number of slots for change counters; a power of two. */
    private static final int GENERATION_SLOTS = 4096;

    private final Grants grants;
    private final ChangeBus changes;
    private final boolean enabled;
    private final Cache<AccountId, StoredToken> cache;
    /** Change counters: an account shares one with all accounts of the same slot. */
    private final AtomicLongArray generations = new AtomicLongArray(GENERATION_SLOTS);

    /** At most one read per account at a time: concurrent callers share its result. */
    private final ConcurrentMap<AccountId, CompletableFuture<Optional<StoredToken>>> reads = new ConcurrentHashMap<>();

    private final AtomicLong invalidationsOfAll = new AtomicLong();

    TokenCache(Grants grants, ChangeBus changes, TokenCacheSize size) {
        this.grants = grants;
        this.changes = changes;
        this.enabled = size.entries() > 0;
        this.cache = Caffeine.newBuilder()
                .maximumSize(size.entries())
                .expireAfter(Expiry.writing((AccountId id, StoredToken stored) -> randomTtl()))
                .build();
        changes.onAccount(this::invalidate);
        changes.onMissed(this::invalidateAll);
    }

    /**
     * Returns the cached token, which was current less than a second ago, without a query; empty if it is not cached or
     * may be outdated.
     */
    public Optional<StoredToken> cached(AccountId id) {
        return enabled && changes.areKnown() ? Optional.ofNullable(cache.getIfPresent(id)) : Optional.empty();
    }

    /** Returns the token from the database, or the result of a concurrent read. Empty if there is no such account. */
    public Optional<StoredToken> load(AccountId id) {
        var ours = new CompletableFuture<Optional<StoredToken>>();
        var theirs = reads.putIfAbsent(id, ours);
        if (theirs != null) {
            return join(theirs);
        }
        try {
            var stored = readAndCache(id);
            ours.complete(stored);
            return stored;
        } catch (RuntimeException e) {
            ours.completeExceptionally(e);
            throw e;
        } finally {
            reads.remove(id, ours);
        }
    }

    private static Optional<StoredToken> join(CompletableFuture<Optional<StoredToken>> read) {
        try {
            return read.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof DatabaseException away ? away : e;
        }
    }

    private Optional<StoredToken> readAndCache(AccountId id) {
        var generationBefore = generation(id);
        var stored = grants.read(id);
        if (enabled && stored.isPresent() && isUsable(stored.get())) {
            cache.put(id, stored.get());
            if (generation(id) != generationBefore) {
                cache.invalidate(id);
            }
        }
        return stored;
    }

    /** Invalidates the entry. Called by the code that changed the account, which does not wait for the notification. */
    public void invalidate(AccountId id) {
        generations.incrementAndGet(slot(id));
        reads.remove(id);
        cache.invalidate(id);
    }

    private void invalidateAll() {
        invalidationsOfAll.incrementAndGet();
        reads.clear();
        cache.invalidateAll();
    }

    private static Duration randomTtl() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(MIN_TTL.toMillis(), MAX_TTL.toMillis()));
    }

    private static boolean isUsable(StoredToken stored) {
        return stored.status() instanceof Status.Active && stored.access().isPresent();
    }

    private long generation(AccountId id) {
        return generations.get(slot(id)) + invalidationsOfAll.get();
    }

    private static int slot(AccountId id) {
        return id.hashCode() & (GENERATION_SLOTS - 1);
    }
}
