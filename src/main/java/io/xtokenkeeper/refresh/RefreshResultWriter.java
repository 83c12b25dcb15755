package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.persistence.SqlStates;
import io.xtokenkeeper.scheduling.LoopHeartbeats;
import io.xtokenkeeper.scheduling.SupervisedLoop;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Saves refresh results (step 4 of the refresh protocol): one thread writes them in batches, many in one transaction.
 *
 * <ol>
 *   <li>A token pair that the database does not take, for whatever reason, stays in memory and in the journal, keeps its
 *       account's lease, and is retried until it is saved.
 *   <li>A result that the database rejects, or whose row another transaction has locked, does not block the others.
 *   <li>While more than five results wait after a failed save, or a page of the journal cannot be read, nothing is
 *       claimed: an account may have a newer token pair that is not in the database.
 *   <li>Saving is idempotent, so token pairs that were saved shortly before a failover are saved again after it.
 * </ol>
 */
@Singleton
class RefreshResultWriter {
    private static final Logger LOG = Logger.getLogger(RefreshResultWriter.class);
    private static final int MAX_BATCH = 500;
    /** How long the first result of a batch waits for more. */
    private static final Duration LINGER = Duration.ofMillis(5);

    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);
    private static final Duration RETRY_REFUSED = Duration.ofSeconds(2);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(500);
    /** Results that wait for a lock are retried all the time, so that they are saved before the account is claimed. */
    private static final Duration LOCK_TIMEOUT_OF_RETRY = Duration.ofMillis(500);

    private static final Duration TICK = Duration.ofSeconds(1);
    /** One bad row must not stop all accounts; more failures indicate that the row is not the cause. */
    private static final int MAX_REFUSED = 5;

    private static final class Waiting {
        private final RefreshResult result;
        /** The journal entry, if the result is a new token pair. */
        private final Optional<JournalEntry> entry;

        private final Consumer<WriteResult> saved;
        private final long since = System.nanoTime();
        private boolean done;
        /** Another transaction had locked the row at the last try. */
        private boolean locked;

        private Waiting(RefreshResult result, Optional<JournalEntry> entry, Consumer<WriteResult> saved) {
            this.result = result;
            this.entry = entry;
            this.saved = saved;
        }

        private Instant givenAt() {
            return result instanceof RefreshResult.Rotated pair
                    ? pair.access().map(access -> access.issuedAt()).orElse(pair.nextRefreshAt())
                    : Instant.MAX;
        }
    }

    private final RefreshResultRepository repository;
    private final PendingGrants grants;
    private final LatePairs latePairs;
    private final AccountClaims claims;
    private final TokenPairJournal journal;
    private final RefreshCircuitBreaker breaker;
    private final LoopHeartbeats heartbeats;
    private final Duration lease;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger unsaved = new AtomicInteger();
    /** Used by the writer thread only. */
    private final List<Waiting> refused = new ArrayList<>();

    private final Queue<JournalEntry> grantsToSave = new ConcurrentLinkedQueue<>();
    private volatile int waitingAfterFailure;
    private long retryRefused;
    /** Of the journal's replay first, then of the loop. */
    private LoopHeartbeats.Heartbeat heartbeat;

    private SupervisedLoop loop;

    RefreshResultWriter(
            RefreshResultRepository repository,
            PendingGrants grants,
            LatePairs latePairs,
            AccountClaims claims,
            TokenPairJournal journal,
            RefreshCircuitBreaker breaker,
            LoopHeartbeats heartbeats,
            RefreshSettings settings) {
        this.repository = repository;
        this.grants = grants;
        this.latePairs = latePairs;
        this.claims = claims;
        this.journal = journal;
        this.breaker = breaker;
        this.heartbeats = heartbeats;
        this.heartbeat = heartbeats.register("replay of the journal", LoopHeartbeats.MAX_SILENCE);
        this.lease = settings.lease();
    }

    /** Replays the journal of earlier processes first: their accounts must not be claimed before that is in the database. */
    @PostConstruct
    void start() throws InterruptedException {
        replay(journal.open());
        heartbeats.remove("replay of the journal");
        loop = SupervisedLoop.start("save-answers", heartbeats, PAUSE_AFTER_ERROR, this::step);
    }

    private void replay(List<JournalEntry> left) throws InterruptedException {
        if (left.isEmpty()) {
            return;
        }
        var rotations = new ArrayList<Waiting>();
        for (var entry : left) {
            switch (entry.pair()) {
                case RefreshResult.Rotated rotated ->
                    rotations.add(new Waiting(rotated, Optional.of(entry), RefreshResultWriter::unawaited));
                case PendingGrant grant -> grantsToSave.add(entry);
            }
        }
        unsaved.addAndGet(rotations.size());
        saveUntilStored(rotations);
        retryGrants();
        // claims begin after this, and the leases may have ended while no process ran
        renewLeases();
        LOG.warnf("%d pairs that an earlier process could not save were replayed from the journal", left.size());
    }

    /**
     * Queues a result; a new token pair also goes to the journal.
     *
     * @param saved called when the result is in the database or is superseded
     */
    void save(RefreshResult result, Consumer<WriteResult> saved) {
        unsaved.incrementAndGet();
        var entry = result instanceof RefreshResult.Rotated rotated
                ? Optional.of(journal.add(rotated))
                : Optional.<JournalEntry>empty();
        queue.add(new Waiting(result, entry, saved));
    }

    /** True if no result waits to be saved. The grants of consents do not count. */
    boolean isIdle() {
        return unsaved.get() == 0;
    }

    /** Returns why nothing may be claimed, apart from the circuit breaker's reasons; empty if claims are allowed. */
    Optional<String> whyNothingIsClaimed() {
        if (journal.hasUnreadablePages()) {
            return Optional.of("a page of the journal cannot be read: it may hold newer tokens");
        }
        if (!repository.canEncrypt()) {
            return Optional.of(
                    "no data key in the database can be used: new tokens would be unreadable after a restart");
        }
        return waitingAfterFailure > MAX_REFUSED
                ? Optional.of("unsaved token pairs are waiting: the database rejects or cannot store them")
                : Optional.empty();
    }

    /** Saves recently saved token pairs again, because the database may have lost them in a failover. */
    void saveRecentAgain() {
        for (var pair : journal.recentlySaved()) {
            switch (pair) {
                case RefreshResult.Rotated rotated -> {
                    unsaved.incrementAndGet();
                    queue.add(new Waiting(rotated, Optional.empty(), RefreshResultWriter::unawaited));
                }
                case PendingGrant grant -> grantsToSave.add(JournalEntry.of(grant));
            }
        }
    }

    @PreDestroy
    void stop() {
        loop.stop();
    }

    private void step(LoopHeartbeats.Heartbeat heartbeat) throws InterruptedException {
        this.heartbeat = heartbeat;
        var batch = next();
        if (!batch.isEmpty()) {
            saveOrRetryLater(batch);
        }
        if (System.nanoTime() - retryRefused > 0) {
            retryRefused();
            retryGrants();
            replay(journal.reopen());
            retryRefused = System.nanoTime() + RETRY_REFUSED.toNanos();
        } else {
            retry(refused.stream().filter(waiting -> waiting.locked).toList());
        }
    }

    private List<Waiting> next() throws InterruptedException {
        var batch = new ArrayList<Waiting>();
        var wait = refused.stream().anyMatch(waiting -> waiting.locked) ? Duration.ZERO : TICK;
        var first = queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            return batch;
        }
        batch.add(first);
        var until = System.nanoTime() + LINGER.toNanos();
        while (batch.size() < MAX_BATCH) {
            var more = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (more == null) {
                break;
            }
            batch.add(more);
            queue.drainTo(batch, MAX_BATCH - batch.size());
        }
        return batch;
    }

    /** Keeps every result that was not saved, whatever is thrown. */
    private void saveOrRetryLater(List<Waiting> batch) throws InterruptedException {
        try {
            saveUntilStored(batch);
        } finally {
            batch.stream()
                    .filter(waiting -> !waiting.done && !refused.contains(waiting))
                    .forEach(refused::add);
            count(0);
        }
    }

    private void saveUntilStored(List<Waiting> batch) throws InterruptedException {
        saveGrantsFirst(batch);
        for (var tries = 1; !batch.isEmpty(); tries++) {
            try {
                while (!batch.isEmpty()) {
                    saveOnce(oneOfEachAccount(batch));
                    batch.removeIf(waiting -> waiting.done);
                }
                return;
            } catch (DatabaseException e) {
                if (e.kind() == SqlStates.Kind.REJECTED) {
                    divide(batch, e);
                    return;
                }
                if (SqlStates.isLockNotAvailable(e) && setLockedAside(batch)) {
                    continue;
                }
                if (e.isUnavailable()) {
                    // a replica without free slots would not notice, and would claim as soon as its own token pairs are
                    // saved
                    breaker.databaseIsUnavailable();
                }
                count(batch.size());
                heartbeat.beat();
                LOG.errorf("%d answers of X wait for the database (try %d): %s", batch.size(), tries, e.getMessage());
                Thread.sleep(Math.min(50L << Math.min(tries, 10), MAX_PAUSE.toMillis()));
                queue.drainTo(batch);
            } catch (RuntimeException e) {
                divide(batch, e);
                return;
            }
        }
    }

    /**
     * Saves the grants of consents whose accounts have results in this batch: without its grant, such an account would
     * count as erased. If that fails, the results are retried later.
     */
    private void saveGrantsFirst(List<Waiting> batch) {
        if (batch.stream().noneMatch(this::waitsForGrant)) {
            return;
        }
        retryGrants();
        var early = batch.stream().filter(this::waitsForGrant).toList();
        refused.addAll(early);
        batch.removeAll(early);
    }

    private boolean waitsForGrant(Waiting waiting) {
        return waiting.result.id().isPending()
                && grantsToSave.stream().anyMatch(entry -> entry.pair().id().equals(waiting.result.id()));
    }

    /**
     * If an account has several results, as in a journal, takes the oldest: X issued the next one for the token of that
     * one.
     */
    private static List<Waiting> oneOfEachAccount(List<Waiting> batch) {
        var oldest = new LinkedHashMap<AccountId, Waiting>();
        batch.forEach(waiting -> oldest.merge(
                waiting.result.id(), waiting, (one, other) -> other.givenAt().isBefore(one.givenAt()) ? other : one));
        return List.copyOf(oldest.values());
    }

    /** Saves each half on its own, so that a single rejected result does not block the others. */
    private void divide(List<Waiting> batch, RuntimeException why) throws InterruptedException {
        if (batch.size() == 1) {
            var waiting = batch.getFirst();
            LOG.errorf(
                    "The database does not take X's answer for account %s; trying again: %s",
                    waiting.result.id(), why.getMessage());
            waiting.locked = false;
            refused.add(waiting);
            return;
        }
        var half = batch.size() / 2;
        saveUntilStored(new ArrayList<>(batch.subList(0, half)));
        saveUntilStored(new ArrayList<>(batch.subList(half, batch.size())));
    }

    /**
     * Moves the results whose rows another transaction has locked to those that are retried. Dividing the batch would
     * wait for each part again.
     *
     * @return false if no row is locked any more, or the whole table is
     */
    private boolean setLockedAside(List<Waiting> batch) {
        try {
            var locked = repository.locked(
                    batch.stream().map(waiting -> waiting.result.id()).toList());
            var blocked = batch.stream()
                    .filter(waiting ->
                            locked.isEmpty() ? needsOtherLocks(waiting.result) : locked.contains(waiting.result.id()))
                    .toList();
            blocked.stream()
                    .filter(waiting -> !waiting.locked)
                    .forEach(waiting -> LOG.warnf(
                            "Another transaction has locked account %s, or what saving X's answer for it needs; trying again",
                            waiting.result.id()));
            blocked.forEach(waiting -> waiting.locked = true);
            refused.addAll(blocked);
            batch.removeAll(blocked);
            return !blocked.isEmpty();
        } catch (DatabaseException e) {
            LOG.warnf("Cannot find the locked accounts: %s", e.getMessage());
            return false;
        }
    }

    /** True if saving it also locks the audit trail, or the account that a pending one was merged into. */
    private static boolean needsOtherLocks(RefreshResult result) {
        return result instanceof RefreshResult.Revoked || result.id().isPending();
    }

    private void retryRefused() throws InterruptedException {
        if (!refused.isEmpty()) {
            renewLeases();
            retry(refused);
        }
    }

    private void retry(List<Waiting> some) throws InterruptedException {
        if (some.isEmpty()) {
            return;
        }
        var again = new ArrayList<>(some);
        refused.removeAll(again);
        again.stream().filter(this::isPointless).toList().forEach(waiting -> {
            again.remove(waiting);
            complete(waiting, WriteResult.SUPERSEDED);
        });
        saveOrRetryLater(again);
    }

    /** True if the result has no new token and its lease has ended: the account is claimed again and decided then. */
    private boolean isPointless(Waiting waiting) {
        return !(waiting.result instanceof RefreshResult.Rotated)
                && System.nanoTime() - waiting.since > lease.toNanos();
    }

    private void renewLeases() {
        var pairs = refused.stream()
                .map(waiting -> waiting.result)
                .filter(RefreshResult.Rotated.class::isInstance)
                .map(RefreshResult.Rotated.class::cast)
                .toList();
        if (pairs.isEmpty()) {
            return;
        }
        try {
            claims.renew(pairs, lease);
        } catch (DatabaseException e) {
            LOG.warnf("Cannot renew the leases of %d accounts whose tokens wait: %s", pairs.size(), e.getMessage());
        }
    }

    private void retryGrants() {
        for (var entry : List.copyOf(grantsToSave)) {
            heartbeat.beat();
            var grant = (PendingGrant) entry.pair();
            try {
                grants.save(grant);
                entry.saved();
                grantsToSave.remove(entry);
            } catch (RuntimeException e) {
                LOG.errorf("Cannot save the grant of a consent, %s; trying again: %s", grant.id(), e.getMessage());
                if (SqlStates.isLockNotAvailable(e)) {
                    // the answers of X must not wait for one lock after the other: the next time begins with the others
                    grantsToSave.remove(entry);
                    grantsToSave.add(entry);
                    break;
                }
            }
        }
        count(0);
    }

    private void saveOnce(List<Waiting> batch) {
        var retried = batch.stream().anyMatch(waiting -> waiting.locked);
        var written = save(
                batch.stream().map(waiting -> waiting.result).toList(),
                retried ? LOCK_TIMEOUT_OF_RETRY : RefreshResultRepository.MAX_LOCK_WAIT);
        batch.forEach(waiting -> {
            waiting.entry.ifPresent(journal::saved);
            complete(waiting, written.get(waiting.result.id()));
        });
    }

    private Map<AccountId, WriteResult> save(List<? extends RefreshResult> results, Duration lockTimeout) {
        var written = repository.save(results, lockTimeout);
        for (var result : results) {
            if (result instanceof RefreshResult.Rotated pair) {
                switch (written.get(pair.id())) {
                    case SAVED, SUPERSEDED -> {}
                    case ERASED -> latePairs.add(pair);
                }
            }
        }
        return written;
    }

    /** For a result that no caller waits for. */
    private static void unawaited(WriteResult outcome) {}

    private void count(int inThisBatch) {
        waitingAfterFailure = inThisBatch + refused.size() + grantsToSave.size();
        journal.savesFail(waitingAfterFailure);
    }

    private void complete(Waiting waiting, WriteResult outcome) {
        waiting.done = true;
        unsaved.decrementAndGet();
        try {
            waiting.saved.accept(outcome);
        } catch (RuntimeException e) {
            LOG.errorf(e, "Account %s was saved, but its callers could not be notified", waiting.result.id());
        }
    }
}
