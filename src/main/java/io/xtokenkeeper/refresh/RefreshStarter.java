package io.xtokenkeeper.refresh;

import io.quarkus.virtual.threads.VirtualThreads;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.persistence.SqlStates;
import io.xtokenkeeper.refresh.AppState.Pause;
import io.xtokenkeeper.refresh.RefreshCircuitBreaker.Admission;
import io.xtokenkeeper.xapi.XCallPermits;
import io.xtokenkeeper.xapi.XCallPermits.Permit;
import io.xtokenkeeper.xapi.XCallPermits.Purpose;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Claims accounts and starts their refreshes, for the scheduler, callers and probes. It checks, in this order: unsaved
 * token pairs do not block claims, the circuit breaker admits refreshes, a permit for a connection to X is free. Only
 * then does it claim; if one check fails, it claims nothing.
 */
@Singleton
class RefreshStarter {
    private static final Logger LOG = Logger.getLogger(RefreshStarter.class);
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final long STEP_MILLIS = 20;
    /** Longer than the interval at which a replica retries to save a token pair. */
    private static final Duration HOLDERS_FIRST = Duration.ofSeconds(5);

    private final AccountClaims claims;
    private final RefreshTask task;
    private final RefreshResultWriter writer;
    private final RefreshCircuitBreaker breaker;
    private final RefreshRateLimiter rateLimiter;
    private final XCallPermits permits;
    private final InstantSource clock;
    private final RefreshSettings settings;
    private volatile boolean claimsFail;
    /** By {@link System#nanoTime}: the database's time may change in a failover. */
    private volatile long claimsResumeNanos = System.nanoTime();

    RefreshStarter(
            AccountClaims claims,
            RefreshTask task,
            RefreshResultWriter writer,
            RefreshCircuitBreaker breaker,
            RefreshRateLimiter rateLimiter,
            XCallPermits permits,
            InstantSource clock,
            RefreshSettings settings,
            @VirtualThreads ExecutorService threads) {
        this.claims = claims;
        this.task = task;
        this.writer = writer;
        this.breaker = breaker;
        this.rateLimiter = rateLimiter;
        this.permits = permits;
        this.clock = clock;
        this.settings = settings;
        breaker.onSuspicion(() -> threads.execute(this::investigate));
    }

    /** @param more whether more accounts may be due than were started */
    record Started(List<CompletionStage<RefreshOutcome>> inFlight, boolean more) {
        private static final Started NONE = new Started(List.of(), false);
    }

    /** Starts the refreshes of at most {@code room} due accounts. */
    Started startDue(int room) {
        var now = clock.instant();
        if (writer.whyNothingIsClaimed().isPresent()) {
            return Started.NONE;
        }
        syncPause(now);
        if (isHoldingClaimsBack(now)) {
            return Started.NONE;
        }
        return switch (breaker.admit(now)) {
            case Admission.Held held -> Started.NONE;
            case Admission.ProbeDue(var pause) -> {
                probe(pause, now);
                yield Started.NONE;
            }
            case Admission.Free() -> claimDue(room, now);
        };
    }

    private Started claimDue(int room, Instant now) {
        var free = permits(room);
        try {
            var allowed = rateLimiter.take(free.size());
            var claimed = allowed > 0
                    ? claiming(() -> claims.claimDue(allowed, settings.lease(), now))
                    : List.<ClaimedAccount>of();
            var inFlight = new ArrayList<CompletionStage<RefreshOutcome>>();
            for (var account : claimed) {
                inFlight.add(task.start(account, free.remove(), false));
            }
            rateLimiter.giveBack(allowed - claimed.size());
            return new Started(inFlight, claimed.size() == allowed);
        } finally {
            free.forEach(Permit::close);
        }
    }

    private Queue<Permit> permits(int wanted) {
        var some = new ArrayDeque<Permit>();
        for (var permit = permits.tryAcquire(Purpose.SCHEDULED); permit.isPresent(); ) {
            some.add(permit.get());
            permit = some.size() < wanted ? permits.tryAcquire(Purpose.SCHEDULED) : Optional.empty();
        }
        return some;
    }

    sealed interface StartResult {
        record Started(CompletableFuture<RefreshOutcome> completion) implements StartResult {}

        /** Another replica has claimed the account, or it no longer needs a refresh. */
        record NotOurs() implements StartResult {}

        /** No refresh may start before {@code until}; {@code decided} completes if that may change within seconds. */
        record Held(Instant until, String why, Optional<CompletableFuture<Boolean>> decided) implements StartResult {}
    }

    /**
     * Starts the refresh of this account if, under its row lock, its access token expires before {@code goodUntil} or was
     * issued before {@code issuedBefore}.
     *
     * @param forced the caller replaces a token that is still valid
     */
    StartResult startOne(AccountId id, Instant goodUntil, Instant issuedBefore, boolean forced)
            throws InterruptedException {
        var held = holding(id);
        if (held.isPresent()) {
            return held.get();
        }
        var permit = permits.acquire(Purpose.ON_DEMAND, longestWait());
        if (permit.isEmpty()) {
            var why = permits.isStopped() ? "the service is stopping" : "all connections to X are in use";
            return held(clock.instant().plus(SOON), why);
        }
        try {
            // the state may have changed during the wait
            return holding(id).orElseGet(() -> start(id, goodUntil, issuedBefore, forced, permit.get()));
        } catch (RuntimeException e) {
            permit.get().close();
            throw e;
        }
    }

    private Duration longestWait() {
        var half = settings.deadline().dividedBy(2);
        return half.compareTo(MAX_WAIT) < 0 ? half : MAX_WAIT;
    }

    private StartResult start(AccountId id, Instant goodUntil, Instant issuedBefore, boolean forced, Permit permit) {
        var claimed =
                claiming(() -> claims.claimOne(id, goodUntil, issuedBefore, forced, settings.lease(), clock.instant()));
        if (claimed.isEmpty()) {
            permit.close();
            return new StartResult.NotOurs();
        }
        var started = task.start(claimed.get(), permit, false);
        rateLimiter.overdraw();
        return new StartResult.Started(started);
    }

    private Optional<StartResult> holding(AccountId id) {
        var now = clock.instant();
        var unsaved = writer.whyNothingIsClaimed();
        if (unsaved.isPresent()) {
            return Optional.of(held(now.plus(SOON), unsaved.get()));
        }
        if (breaker.mustSyncPause()) {
            syncPause(now);
        }
        if (isHoldingClaimsBack(now)) {
            return Optional.of(held(
                    now.plusNanos(claimsResumeNanos - System.nanoTime()),
                    "accounts could not be claimed until a moment ago"));
        }
        return switch (breaker.admit(now)) {
            case Admission.Free() -> Optional.empty();
            case Admission.Held(var until, var why, var decided) ->
                Optional.of(new StartResult.Held(until, why, decided));
            case Admission.ProbeDue(var pause) -> {
                probe(pause, now);
                yield Optional.of(task.inFlight(id)
                        .<StartResult>map(StartResult.Started::new)
                        .orElseGet(() -> held(now.plus(SOON), pause.why())));
            }
        };
    }

    private static StartResult held(Instant until, String why) {
        return new StartResult.Held(until, why, Optional.empty());
    }

    /** Sends the probe that is due at the end of a pause. */
    private void probe(Pause pause, Instant now) {
        if (breaker.takeProbe(pause, now)) {
            probe(true);
        }
    }

    /** Sends probes until the circuit breaker has decided whether X rejects the app or single grants. */
    private void investigate() {
        try {
            while (breaker.isSuspicious()) {
                if (breaker.wantsProbe(clock.instant()) && !probe(false)) {
                    breaker.noProbe(clock.instant());
                }
                Thread.sleep(STEP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            // only this thread ends the suspicion, which holds up all refreshes
            LOG.warnf("Cannot probe whether X rejects the app: %s", e);
            breaker.noProbe(clock.instant());
        }
    }

    /** Returns false if there is no account to probe with. */
    @SuppressWarnings("FutureReturnValueIgnored") // the circuit breaker receives the result
    private boolean probe(boolean paused) {
        var permit = writer.whyNothingIsClaimed().isEmpty()
                ? permits.tryAcquire(Purpose.ON_DEMAND)
                : Optional.<Permit>empty();
        if (permit.isEmpty()) {
            breaker.probeLater(clock.instant());
            return true;
        }
        try {
            var claimed = claiming(() -> claims.claimProbe(
                    breaker.acceptedLast(), breaker.rejected(), paused, settings.lease(), clock.instant()));
            if (claimed.isEmpty()) {
                permit.get().close();
                return false;
            }
            task.start(claimed.get(), permit.get(), true);
            rateLimiter.overdraw();
            return true;
        } catch (RuntimeException e) {
            permit.get().close();
            throw e;
        }
    }

    private void syncPause(Instant now) {
        claiming(() -> {
            if (breaker.syncPause(now)) {
                writer.saveRecentAgain();
            }
            return now;
        });
    }

    /**
     * Whatever made the claims fail made saves fail too, and the leases of unsaved token pairs may have ended meanwhile:
     * after an empty claim succeeds, replicas that have such token pairs get five seconds to save them before anything is
     * claimed.
     */
    private boolean isHoldingClaimsBack(Instant now) {
        if (claimsFail) {
            claiming(() -> claims.claimDue(0, settings.lease(), now));
            claimsResumeNanos = System.nanoTime() + HOLDERS_FIRST.toNanos();
            claimsFail = false;
        }
        return claimsResumeNanos - System.nanoTime() > 0;
    }

    /** Reports an unavailable database to the circuit breaker, which would not notice it otherwise. */
    private <T> T claiming(Supplier<T> claimed) {
        try {
            return claimed.get();
        } catch (DatabaseException e) {
            if (e.isUnavailable()) {
                breaker.databaseIsUnavailable();
            }
            claimsFail |= e.kind() != SqlStates.Kind.RETRY;
            throw e;
        }
    }
}
