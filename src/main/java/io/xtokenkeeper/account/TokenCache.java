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
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    private static final Duration LONGEST = Duration.ofMinutes(3);
    /** Number of slots for change counters; a power of two. */
    private static final int TURNS = 4096;

    private final Grants grants;
    private final ChangeBus changes;
    private final boolean remembers;
    private final Cache<AccountId, StoredToken> remembered;
    /** Change counters: an account shares one with all accounts of the same slot. */
    private final AtomicLongArray turns = new AtomicLongArray(TURNS);

    /** At most one read per account at a time: concurrent callers share its result. */
    private final ConcurrentMap<AccountId, CompletableFuture<Optional<StoredToken>>> reads = new ConcurrentHashMap<>();

    private final AtomicLong turnsOfAll = new AtomicLong();

    TokenCache(Grants grants, ChangeBus changes, TokenCacheSize size) {
        this.grants = grants;
        this.changes = changes;
        this.remembers = size.entries() > 0;
        this.remembered = Caffeine.newBuilder()
                .maximumSize(size.entries())
                .expireAfter(Expiry.writing((AccountId id, StoredToken held) -> life()))
                .build();
        changes.onAccount(this::forget);
        changes.onMissed(this::forgetAll);
    }

    /**
     * Returns the cached token, which was current less than a second ago, without a query; empty if it is not cached or
     * may be outdated.
     */
    public Optional<StoredToken> remembered(AccountId id) {
        return remembers && changes.areKnown() ? Optional.ofNullable(remembered.getIfPresent(id)) : Optional.empty();
    }

    /** Returns the token from the database, or the result of a concurrent read. Empty if there is no such account. */
    public Optional<StoredToken> held(AccountId id) {
        var ours = new CompletableFuture<Optional<StoredToken>>();
        var theirs = reads.putIfAbsent(id, ours);
        if (theirs != null) {
            return join(theirs);
        }
        try {
            var held = read(id);
            ours.complete(held);
            return held;
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

    private Optional<StoredToken> read(AccountId id) {
        var before = turn(id);
        var held = grants.held(id);
        if (remembers && held.isPresent() && isGood(held.get())) {
            remembered.put(id, held.get());
            if (turn(id) != before) {
                remembered.invalidate(id);
            }
        }
        return held;
    }

    /** Invalidates the entry. Called by the code that changed the account, which does not wait for the notification. */
    public void forget(AccountId id) {
        turns.incrementAndGet(slot(id));
        reads.remove(id);
        remembered.invalidate(id);
    }

    private void forgetAll() {
        turnsOfAll.incrementAndGet();
        reads.clear();
        remembered.invalidateAll();
    }

    private static Duration life() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(SHORTEST.toMillis(), LONGEST.toMillis()));
    }

    private static boolean isGood(StoredToken held) {
        return held.status() instanceof Status.Active && held.access().isPresent();
    }

    private long turn(AccountId id) {
        return turns.get(slot(id)) + turnsOfAll.get();
    }

    private static int slot(AccountId id) {
        return id.hashCode() & (TURNS - 1);
    }
}
