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
 * The tokens that accounts hold, remembered for a while, opened.
 *
 * <ol>
 *   <li>Only what is good is remembered: that an account is unknown or needs consent is always read.
 *   <li>What is remembered is given out only while {@link ChangeBus#areKnown}: what any replica changed is seen here within
 *       a second, or not hidden.
 *   <li>What was read before a change is not remembered after it.
 * </ol>
 */
@Singleton
public class TokenCache {
    /** Against a change that nobody told of, though every change tells. Spread, so that they are not all read anew at once. */
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    private static final Duration LONGEST = Duration.ofMinutes(3);
    /** A power of two. */
    private static final int TURNS = 4096;

    private final Grants grants;
    private final ChangeBus changes;
    private final boolean remembers;
    private final Cache<AccountId, StoredToken> remembered;
    /** How often something about an account, or another of the same slot, changed. */
    private final AtomicLongArray turns = new AtomicLongArray(TURNS);

    /** One read an account at a time: a crowd that comes together reads once. */
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

    /** As the store had it less than a second ago, without asking it; empty where that is not known. */
    public Optional<StoredToken> remembered(AccountId id) {
        return remembers && changes.areKnown() ? Optional.ofNullable(remembered.getIfPresent(id)) : Optional.empty();
    }

    /** As the store has it now, or had it while somebody else was asking. Empty where there is no such account. */
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

    /** For whoever changed it: he need not wait until he hears of it. */
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
