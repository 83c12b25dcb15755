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
 * Pauses all refreshing where going on would harm every account, and only there.
 *
 * <ol>
 *   <li>A rejection of the app, or a 429, may concern one grant alone. So it opens a <em>suspicion</em> first: the account that
 *       X accepted last is refreshed as a probe, and nothing else starts meanwhile. If X accepts it, the rejection is the
 *       rejected grant's own; if not, refreshing pauses.
 *   <li>A few answers in a row that X cannot have meant (unreadable successes, web pages) pause refreshing too.
 *   <li>A pause ends when X accepts a probe that was sent after it began. Probes come at growing intervals of at most
 *       {@link ProbeIntervals#LONGEST}; one replica at a time sends them. Replicas share the pause through one row.
 *   <li>After the database was unavailable nothing starts for a moment, so that a replica that holds new pairs saves them first;
 *       after another server took over, nothing starts until every call that was begun before has ended.
 * </ol>
 */
@Singleton
public class RefreshCircuitBreaker {
    private static final Logger LOG = Logger.getLogger(RefreshCircuitBreaker.class);
    /** Longer than a replica that holds new pairs takes to try its save again. */
    private static final Duration SETTLING = Duration.ofSeconds(5);
    /** In which a suspicion is decided; without a decision refreshing pauses. */
    private static final Duration SUSPICION = Duration.ofSeconds(15);
    /** A paused replica asks the database no more often than this whether the pause is over. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** Unless the last one was rejected for sure, or accepted. */
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(100);

    private static final int MAX_PROBES = 10;
    private static final int UNUSABLE_IN_A_ROW = 3;

    private final AppStateRepository shared;
    private final AuditTrail trail;
    private final Duration lease;
    private Pause pause;
    /** The pause that this replica has last read from the database, or written to it; empty for none. */
    private Optional<Pause> stored = Optional.empty();

    private long pausedSince;
    private Suspicion suspicion;
    private AccountId acceptedLast;
    private Runnable investigate = () -> {};
    private int unusable;
    private boolean unsaid;
    private boolean misconfigured;
    private boolean databaseWasUnavailable;
    private Instant settledAt = Instant.EPOCH;
    private Instant lookedAt = Instant.EPOCH;
    private String timeline;

    RefreshCircuitBreaker(AppStateRepository shared, AuditTrail trail, RefreshSettings settings) {
        this.shared = shared;
        this.trail = trail;
        this.lease = settings.lease();
    }

    /** Whose fault a rejection is, asked of a probe. */
    private static final class Suspicion {
        private final Kind kind;
        private final TokenEndpointResult answer;
        private final Instant until;
        private final Set<AccountId> rejected = new HashSet<>();
        /** True where the rejection is the grants' own. */
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

    /** Whether something may start now. */
    sealed interface Admission {
        record Free() implements Admission {}

        /** Nothing may start; {@code decided} completes where that will be known soon. */
        record Held(Instant until, String why, Optional<CompletableFuture<Boolean>> decided) implements Admission {}

        /** The account that X accepted last should be tried now, and nothing else. */
        record ProbeDue(Pause pause) implements Admission {}
    }

    /** What holds refreshing up, whether its time is over or not: it ends when X accepts a refresh. */
    public synchronized Optional<Pause> trouble() {
        return Optional.ofNullable(pause);
    }

    /** @param investigate sends probes until a suspicion is decided; called once for each */
    void onSuspicion(Runnable investigate) {
        this.investigate = investigate;
    }

    synchronized Admission admit(Instant now) {
        if (now.isBefore(settledAt)) {
            return new Admission.Held(settledAt, "the database was unavailable a moment ago", Optional.empty());
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
     * Takes the probe of a pause for this replica.
     *
     * @return false where another replica has it
     */
    boolean takeProbe(Pause due, Instant now) {
        var probes = due.probes() + 1;
        var next =
                new Pause(inMicros(now.plus(ProbeIntervals.next(due.kind(), probes))), due.kind(), due.why(), probes);
        // one replica wins the probe: the one that moves the pause's end first
        var taken = shared.replacePause(Optional.of(due), Optional.of(next));
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

    /** Accounts that a probe must leave out, since X has just rejected them. */
    synchronized Set<AccountId> rejected() {
        return suspicion == null ? Set.of() : Set.copyOf(suspicion.rejected);
    }

    /** There is no account to probe with: the suspicion is taken for true. */
    void noProbe(Instant now) {
        decide(false, now);
    }

    /**
     * Draws what can be drawn from an answer about all accounts.
     *
     * @param probe the account was refreshed to find out about the others
     * @param proven X has accepted this grant before
     * @param sentNanos when the request was sent, by {@link System#nanoTime}
     * @return completes with true where a rejection concerns this grant alone; at once for anything but a rejection
     */
    CompletableFuture<Boolean> onAnswer(
            AccountId id, TokenEndpointResult answer, boolean probe, boolean proven, long sentNanos, Instant now) {
        if (probe) {
            probed(now);
        }
        return switch (answer) {
            case TokenEndpointResult.Granted granted -> accepted(Optional.of(id), sentNanos, now);
            case TokenEndpointResult.GrantDead dead -> accepted(Optional.empty(), sentNanos, now);
            case TokenEndpointResult.AppRefused refused -> rejected(id, Kind.APP_REJECTED, refused, probe, proven, now);
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
        synchronized (this) {
            unusable = 0;
            acceptedLast = id.orElse(acceptedLast);
            if (pause != null && sentNanos - pausedSince >= 0) {
                LOG.info("Refreshing resumed: X accepts refreshes again");
                pause = null;
                unsaid = true;
            }
        }
        decide(true, now);
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
            // an operator has to act: a limit must not hide that
            open(kind, answer, now);
        } else {
            soonerIfXSays(answer, kind);
        }
    }

    /** There is no connection for the probe now. */
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

    /** True once for each probe that a suspicion still needs. Where it needs no more, it is decided. */
    boolean wantsProbe(Instant now) {
        boolean over;
        synchronized (this) {
            if (suspicion == null) {
                return false;
            }
            over = !now.isBefore(suspicion.until) || (suspicion.probes >= MAX_PROBES && !suspicion.probing);
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

    /** @param own the rejection is the grants' own; otherwise refreshing pauses */
    private void decide(boolean own, Instant now) {
        CompletableFuture<Boolean> decided;
        synchronized (this) {
            if (suspicion == null) {
                return;
            }
            decided = suspicion.decided;
            if (!own) {
                open(suspicion.kind, suspicion.answer, now);
            }
            suspicion = null;
        }
        decided.complete(own);
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
        soonerIfXSays(answer, kind);
        unsaid = true;
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

    private void soonerIfXSays(TokenEndpointResult answer, Kind kind) {
        if (kind == Kind.RATE_LIMITED
                && pause.kind() == Kind.RATE_LIMITED
                && answer instanceof TokenEndpointResult.Later later) {
            later.retryAt().filter(at -> at.isBefore(pause.until())).ifPresent(at -> {
                pause = new Pause(inMicros(at), pause.kind(), pause.why(), pause.probes());
                unsaid = true;
            });
        }
    }

    /** A claim or a save failed because the database could not be reached. */
    synchronized void databaseIsUnavailable() {
        databaseWasUnavailable = true;
    }

    /** Whether {@link #share} must be called before anything starts. */
    synchronized boolean mustShare(Instant now) {
        var paused = pause != null || now.isBefore(settledAt);
        return unsaid
                || databaseWasUnavailable
                || (paused && Duration.between(lookedAt, now).compareTo(BETWEEN_LOOKS) >= 0);
    }

    /**
     * Exchanges with the other replicas what each of them met.
     *
     * @return whether the database may have forgotten what was saved shortly before: it was unavailable, or another server
     *     has taken over
     * @throws DatabaseException where the database cannot be reached
     */
    boolean share(Instant now) {
        say();
        var read = shared.read();
        if (!read.sameServer()) {
            LOG.warnf("Another database server has taken over: nothing is claimed for %s s", lease.toSeconds());
            shared.settle(lease);
        }
        return learn(read, now);
    }

    private synchronized boolean learn(AppState.Shared read, Instant now) {
        lookedAt = now;
        if (!unsaid || yieldsTo(read.pause())) {
            unsaid = false;
            adopt(read.pause());
        }
        stored = read.pause();
        var moved = timeline != null && !timeline.equals(read.timeline());
        timeline = read.timeline();
        if (read.settling() || !read.sameServer()) {
            settledAt = now.plus(BETWEEN_LOOKS);
        }
        if (databaseWasUnavailable) {
            settledAt = now.plus(SETTLING);
        }
        var mayHaveForgotten = moved || databaseWasUnavailable;
        databaseWasUnavailable = false;
        return mayHaveForgotten;
    }

    /**
     * Whether what this replica has met and not stored yet gives way to what another one has stored meanwhile. It does not where
     * nothing new was stored; where it is the same pause with its next probe; where the other has only resumed; and where an
     * operator has to act, which a limit must not hide.
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

    private void say() {
        Optional<Pause> ours;
        Optional<Pause> read;
        boolean record;
        synchronized (this) {
            if (!unsaid) {
                return;
            }
            ours = trouble();
            read = stored;
            record = misconfigured;
        }
        if (!shared.replacePause(read, ours)) {
            return;
        }
        synchronized (this) {
            stored = ours;
        }
        if (record && ours.isPresent()) {
            trail.record(NewAuditEvent.ofTimer(
                    AuditEventType.APP_MISCONFIGURED, ours.get().why()));
        }
        synchronized (this) {
            // unless it has changed meanwhile
            if (ours.equals(trouble())) {
                unsaid = false;
                misconfigured = false;
            }
        }
    }

    /** As exactly as the database stores it, so that replicas can compare it. */
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
