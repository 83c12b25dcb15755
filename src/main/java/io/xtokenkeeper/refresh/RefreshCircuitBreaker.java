package io.xtokenkeeper.refresh;

import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.refresh.AppState.Pause;
import io.xtokenkeeper.refresh.AppState.Pause.Kind;
import io.xtokenkeeper.xapi.TokenEndpointResult;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * Pauses refreshing for all accounts if continuing would harm all of them, and only then.
 *
 * <ol>
 *   <li>A rejection of the app, or a 429, may concern one grant alone. So it first opens a <em>suspicion</em>: the
 *       account that X accepted last is refreshed as a probe, and no other refresh starts meanwhile. If X accepts the
 *       probe, the rejection concerns the rejected grant alone; otherwise refreshing pauses.
 *   <li>Three responses in a row that X cannot have meant (unreadable successes, web pages) pause refreshing too.
 *   <li>A pause ends when X accepts the app in response to a request that was sent after the pause began: it issues a
 *       token pair or reports a grant as revoked. Probes are sent at growing intervals of at most
 *       {@link ProbeIntervals#LONGEST}, by one replica at a time. Replicas share the pause through one row.
 *   <li>After the database was unavailable no refresh starts for a moment, so that replicas that have unsaved token pairs
 *       save them first; after a failover no refresh starts until every call that began before it has ended.
 * </ol>
 */
@Singleton
public class RefreshCircuitBreaker {
    private static final Logger LOG = Logger.getLogger(RefreshCircuitBreaker.class);
    /** Longer than the interval at which a replica retries to save a token pair. */
    private static final Duration SETTLING = Duration.ofSeconds(5);
    /** The time limit for deciding a suspicion; without a decision refreshing pauses. */
    private static final Duration SUSPICION = Duration.ofSeconds(15);
    /** A paused replica reads the shared pause from the database at most this often. */
    private static final Duration MIN_READ_INTERVAL = Duration.ofSeconds(1);

    /** The pause before the next probe, if the previous one did not decide the suspicion. */
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(100);

    private static final int MAX_PROBES = 10;
    private static final int UNUSABLE_IN_A_ROW = 3;

    private final AppStateRepository appState;
    private final AuditTrail trail;
    private final Duration lease;
    private Pause pause;
    /** The pause that this replica last read from the database or wrote to it; empty for none. */
    private Optional<Pause> stored = Optional.empty();

    private long pausedSince;
    private Suspicion suspicion;
    private AccountId acceptedLast;
    private Runnable investigate = () -> {};
    private int unusable;
    private boolean pauseUnsaved;
    private boolean misconfigured;
    private boolean databaseWasUnavailable;
    // by System.nanoTime: the database's time may change in a failover
    private long settledNanos = System.nanoTime();
    private Optional<Long> lastReadNanos = Optional.empty();
    private String timeline;

    RefreshCircuitBreaker(AppStateRepository appState, AuditTrail trail, RefreshSettings settings) {
        this.appState = appState;
        this.trail = trail;
        this.lease = settings.lease();
    }

    /** An open question that probes answer: does X reject the app, or single grants? */
    private static final class Suspicion {
        private final Kind kind;
        private final TokenEndpointResult answer;
        private final Instant until;
        private final long sinceNanos = System.nanoTime();
        private final Set<AccountId> rejected = new HashSet<>();
        /** True if the rejection concerns single grants. */
        private final CompletableFuture<Boolean> decided = new CompletableFuture<>();

        private int probes;
        private boolean probing;
        private Instant nextProbe = Instant.EPOCH;

        private Suspicion(Kind kind, TokenEndpointResult answer, Instant until) {
            this.kind = kind;
            this.answer = answer;
            this.until = until;
        }
    }

    /** Whether a refresh may start now. */
    sealed interface Admission {
        record Free() implements Admission {}

        /** No refresh may start; {@code decided} completes if that will be known soon. */
        record Held(Instant until, String why, Optional<CompletableFuture<Boolean>> decided) implements Admission {}

        /** Only a probe may start: a refresh of the account that X accepted last. */
        record ProbeDue(Pause pause) implements Admission {}
    }

    /** Returns the current pause, also after its end time: it ends when X accepts a refresh. */
    public synchronized Optional<Pause> currentPause() {
        return Optional.ofNullable(pause);
    }

    /** @param investigate sends probes until a suspicion is decided; called once for each suspicion */
    void onSuspicion(Runnable investigate) {
        this.investigate = investigate;
    }

    synchronized Admission admit(Instant now) {
        var settling = settledNanos - System.nanoTime();
        if (settling > 0) {
            return new Admission.Held(
                    now.plusNanos(settling), "the database was unavailable a moment ago", Optional.empty());
        }
        if (suspicion != null) {
            return new Admission.Held(
                    now.plusSeconds(1), "X rejects a refresh: a probe is under way", Optional.of(suspicion.decided));
        }
        if (pause == null) {
            return new Admission.Free();
        }
        return now.isBefore(pause.until())
                ? new Admission.Held(pause.until(), pause.why(), Optional.empty())
                : new Admission.ProbeDue(pause);
    }

    /**
     * Acquires the probe of a pause for this replica.
     *
     * @return false if another replica has it
     */
    boolean takeProbe(Pause due, Instant now) {
        var probes = due.probes() + 1;
        var next =
                new Pause(inMicros(now.plus(ProbeIntervals.next(due.kind(), probes))), due.kind(), due.why(), probes);
        // the replica that moves the pause's end first sends the probe
        var taken = appState.replacePause(Optional.of(due), Optional.of(next));
        synchronized (this) {
            if (due.equals(pause)) {
                pause = next;
            }
            if (taken) {
                stored = Optional.of(next);
            }
        }
        return taken;
    }

    synchronized Optional<AccountId> acceptedLast() {
        return Optional.ofNullable(acceptedLast);
    }

    /** Returns the accounts that X has just rejected, which a probe must not use. */
    synchronized Set<AccountId> rejected() {
        return suspicion == null ? Set.of() : Set.copyOf(suspicion.rejected);
    }

    /** Pauses refreshing because there is no account to probe with. */
    void noProbe(Instant now) {
        decide(false, now);
    }

    /**
     * Updates the circuit breaker with X's response to a refresh.
     *
     * @param probe the account was refreshed as a probe
     * @param proven X has issued a token pair for this grant before
     * @param sentNanos when the request was sent, by {@link System#nanoTime}
     * @return completes with true if a rejection concerns this grant alone; completes at once for any response but a
     *     rejection
     */
    CompletableFuture<Boolean> onAnswer(
            AccountId id, TokenEndpointResult answer, boolean probe, boolean proven, long sentNanos, Instant now) {
        if (probe) {
            probed(now);
        }
        return switch (answer) {
            case TokenEndpointResult.Granted granted -> accepted(Optional.of(id), sentNanos, now);
            case TokenEndpointResult.GrantRevoked dead -> accepted(Optional.empty(), sentNanos, now);
            case TokenEndpointResult.AppRejected refused ->
                rejected(id, Kind.APP_REJECTED, refused, probe, proven, now);
            case TokenEndpointResult.Later later
            when later.rateLimited() -> rejected(id, Kind.RATE_LIMITED, later, probe, proven, now);
            case TokenEndpointResult.RefreshTokenOnly only -> unusable(only, now);
            case TokenEndpointResult.Unreadable unreadable -> unusable(unreadable, now);
            case TokenEndpointResult.NotFromX other -> unusable(other, now);
            case TokenEndpointResult.Refused refused -> understood();
            case TokenEndpointResult.Later later -> CompletableFuture.completedFuture(false);
            case TokenEndpointResult.Unknown unknown -> CompletableFuture.completedFuture(false);
        };
    }

    private synchronized CompletableFuture<Boolean> understood() {
        unusable = 0;
        return CompletableFuture.completedFuture(false);
    }

    private CompletableFuture<Boolean> accepted(Optional<AccountId> id, long sentNanos, Instant now) {
        Suspicion answered;
        synchronized (this) {
            // a call that was sent before the rejection came says nothing about X's opinion since
            answered = suspicion != null && sentNanos - suspicion.sinceNanos >= 0 ? suspicion : null;
            unusable = 0;
            acceptedLast = id.orElse(acceptedLast);
            if (pause != null && sentNanos - pausedSince >= 0) {
                LOG.info("Refreshing resumed: X accepts refreshes again");
                pause = null;
                pauseUnsaved = true;
            }
        }
        decide(answered, true, now);
        return CompletableFuture.completedFuture(false);
    }

    private CompletableFuture<Boolean> rejected(
            AccountId id, Kind kind, TokenEndpointResult answer, boolean probe, boolean proven, Instant now) {
        boolean begins;
        CompletableFuture<Boolean> decided;
        synchronized (this) {
            unusable = 0;
            if (pause != null) {
                whilePaused(kind, answer, probe, now);
                return CompletableFuture.completedFuture(false);
            }
            begins = suspicion == null;
            if (begins) {
                suspicion = new Suspicion(kind, answer, now.plus(SUSPICION));
            }
            suspicion.rejected.add(id);
            decided = suspicion.decided;
        }
        if (probe && proven) {
            decide(false, now);
        } else if (begins) {
            investigate.run();
        }
        return decided;
    }

    private void whilePaused(Kind kind, TokenEndpointResult answer, boolean probe, Instant now) {
        if (probe && kind == Kind.APP_REJECTED && pause.kind() != kind) {
            // the admin has to act: a rate limit must not hide that
            open(kind, answer, now);
        } else {
            shortenPause(answer, kind);
        }
    }

    /** Postpones the probe because no permit is free; it does not count. */
    synchronized void probeLater(Instant now) {
        if (suspicion != null) {
            suspicion.probes--;
            probed(now);
        }
    }

    private synchronized void probed(Instant now) {
        if (suspicion != null) {
            suspicion.probing = false;
            suspicion.nextProbe = now.plus(BETWEEN_PROBES);
        }
    }

    /** Returns true once for each probe that the suspicion still needs. If it needs no more, refreshing pauses. */
    boolean wantsProbe(Instant now) {
        boolean over;
        synchronized (this) {
            if (suspicion == null) {
                return false;
            }
            over = !now.isBefore(suspicion.until)
                    || System.nanoTime() - suspicion.sinceNanos > SUSPICION.toNanos()
                    || (suspicion.probes >= MAX_PROBES && !suspicion.probing);
            if (!over && !suspicion.probing && !now.isBefore(suspicion.nextProbe)) {
                suspicion.probing = true;
                suspicion.probes++;
                return true;
            }
        }
        if (over) {
            decide(false, now);
        }
        return false;
    }

    synchronized boolean isSuspicious() {
        return suspicion != null;
    }

    private void decide(boolean thisGrantOnly, Instant now) {
        Suspicion current;
        synchronized (this) {
            current = suspicion;
        }
        decide(current, thisGrantOnly, now);
    }

    /**
     * Does nothing if the question is not open any more.
     *
     * @param thisGrantOnly the rejection concerns single grants; otherwise refreshing pauses, unless it is paused already
     */
    private void decide(Suspicion question, boolean thisGrantOnly, Instant now) {
        CompletableFuture<Boolean> decided;
        synchronized (this) {
            if (question == null || suspicion != question) {
                return;
            }
            decided = suspicion.decided;
            if (!thisGrantOnly && pause == null) {
                open(suspicion.kind, suspicion.answer, now);
            }
            suspicion = null;
        }
        decided.complete(thisGrantOnly);
    }

    private synchronized CompletableFuture<Boolean> unusable(TokenEndpointResult answer, Instant now) {
        unusable++;
        if (pause == null && unusable >= UNUSABLE_IN_A_ROW) {
            open(Kind.NOT_FROM_X, answer, now);
        }
        return CompletableFuture.completedFuture(false);
    }

    private void open(Kind kind, TokenEndpointResult answer, Instant now) {
        pause = new Pause(inMicros(now.plus(ProbeIntervals.next(kind, 0))), kind, answer.hint(), 0);
        pausedSince = System.nanoTime();
        shortenPause(answer, kind);
        pauseUnsaved = true;
        misconfigured = kind == Kind.APP_REJECTED;
        switch (kind) {
            case APP_REJECTED ->
                LOG.errorf(
                        "X rejects this app (%s): check CLIENT_ID and CLIENT_SECRET. All grants are kept; refreshing is"
                                + " paused, and one account a minute probes whether X accepts it again",
                        pause.why());
            case RATE_LIMITED ->
                LOG.warnf("X limits the rate (%s): refreshing is paused, next probe at %s", pause.why(), pause.until());
            case NOT_FROM_X ->
                LOG.errorf(
                        "%d answers in a row cannot be X's (%s): refreshing is paused, next probe at %s. Check the"
                                + " network between this service and X, and whether X has changed its format",
                        unusable, pause.why(), pause.until());
        }
    }

    private void shortenPause(TokenEndpointResult answer, Kind kind) {
        if (kind == Kind.RATE_LIMITED
                && pause.kind() == Kind.RATE_LIMITED
                && answer instanceof TokenEndpointResult.Later later) {
            later.retryAt().filter(at -> at.isBefore(pause.until())).ifPresent(at -> {
                pause = new Pause(inMicros(at), pause.kind(), pause.why(), pause.probes());
                pauseUnsaved = true;
            });
        }
    }

    /** Records that a claim or a save failed because the database was unavailable. */
    synchronized void databaseIsUnavailable() {
        databaseWasUnavailable = true;
    }

    /** Whether {@link #syncPause} must be called before a refresh starts. */
    synchronized boolean mustSyncPause() {
        var nanos = System.nanoTime();
        var held = pause != null || settledNanos - nanos > 0;
        return pauseUnsaved
                || databaseWasUnavailable
                || (held
                        && lastReadNanos
                                .filter(read -> nanos - read < MIN_READ_INTERVAL.toNanos())
                                .isEmpty());
    }

    /**
     * Writes this replica's pause to the shared row and reads what the other replicas have written.
     *
     * @return whether the database may have lost recently saved results: it was unavailable, or a failover took place
     * @throws DatabaseException if the database is unavailable
     */
    boolean syncPause(Instant now) {
        writePause();
        var read = appState.read();
        if (!read.sameServer()) {
            LOG.warnf("Another database server has taken over: nothing is claimed for %s s", lease.toSeconds());
            appState.settle(lease);
        }
        var mayHaveForgotten = apply(read);
        if (currentPause().isPresent()) {
            // what this replica only suspects, the next probe of the pause answers too
            decide(false, now);
        }
        return mayHaveForgotten;
    }

    private synchronized boolean apply(AppState.Shared read) {
        var nanos = System.nanoTime();
        lastReadNanos = Optional.of(nanos);
        if (!pauseUnsaved || yieldsTo(read.pause())) {
            pauseUnsaved = false;
            adopt(read.pause());
        }
        stored = read.pause();
        var moved = timeline != null && !timeline.equals(read.timeline());
        timeline = read.timeline();
        if (read.settling() || !read.sameServer()) {
            settledNanos = nanos + MIN_READ_INTERVAL.toNanos();
        }
        if (databaseWasUnavailable) {
            settledNanos = nanos + SETTLING.toNanos();
        }
        var mayHaveForgotten = moved || databaseWasUnavailable;
        databaseWasUnavailable = false;
        return mayHaveForgotten;
    }

    /**
     * Whether this replica's unstored change gives way to the pause that another replica has stored meanwhile. It does
     * not if nothing new was stored; if it is the same pause with its next probe; if the other replica has only resumed;
     * or if this replica's pause needs the admin to act, which a rate limit must not hide.
     */
    private boolean yieldsTo(Optional<Pause> theirs) {
        if (theirs.isEmpty() || theirs.equals(stored)) {
            return false;
        }
        var samePause = stored.filter(ours -> ours.kind() == theirs.get().kind()
                        && ours.probes() < theirs.get().probes())
                .isPresent();
        return pause == null ? !samePause : !pause.appRefused() || theirs.get().appRefused();
    }

    private void writePause() {
        Optional<Pause> ours;
        Optional<Pause> read;
        synchronized (this) {
            if (!pauseUnsaved) {
                return;
            }
            ours = currentPause();
            read = stored;
        }
        if (!appState.replacePause(read, ours)) {
            return;
        }
        boolean report;
        synchronized (this) {
            stored = ours;
            report = misconfigured && ours.filter(Pause::appRefused).isPresent();
            misconfigured &= !report;
            // unless the pause has changed meanwhile
            pauseUnsaved &= !ours.equals(currentPause());
        }
        // after it is stored here too: a thread that writes meanwhile must not report it again
        if (report) {
            report(ours.orElseThrow());
        }
    }

    private void report(Pause appRefused) {
        try {
            trail.record(NewAuditEvent.ofTimer(AuditEventType.APP_MISCONFIGURED, appRefused.why()));
        } catch (RuntimeException e) {
            synchronized (this) {
                misconfigured = true;
                pauseUnsaved = true;
            }
            throw e;
        }
    }

    /** Truncates to the database's precision, so that replicas can compare the value. */
    private static Instant inMicros(Instant moment) {
        return moment.truncatedTo(ChronoUnit.MICROS);
    }

    private void adopt(Optional<Pause> theirs) {
        if (Objects.equals(pause, theirs.orElse(null))) {
            return;
        }
        if (pause == null) {
            LOG.infof("Another replica paused refreshing: %s", theirs.get().why());
            pausedSince = System.nanoTime();
        } else if (theirs.isEmpty()) {
            LOG.info("Another replica resumed refreshing");
        }
        pause = theirs.orElse(null);
    }
}
