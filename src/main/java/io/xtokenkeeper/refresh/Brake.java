package io.xtokenkeeper.refresh;

import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.Event;
import io.xtokenkeeper.audit.EventType;
import io.xtokenkeeper.vault.AppState;
import io.xtokenkeeper.vault.AppState.Pause;
import io.xtokenkeeper.vault.StoreException;
import io.xtokenkeeper.x.TokenAnswer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Stops all refreshing where going on would hurt everybody: X refuses our app (wrong secret, suspended), or limits its
 * rate. Grants are kept meanwhile. When the pause is over one account goes first, and the rest follow if X takes it.
 * Replicas share what they met.
 *
 * <p>A store that was away is another reason: whoever holds answers of X must be able to save them before anybody claims
 * their accounts, whose leases are over by then, and spends the same tokens again.
 */
@Singleton
public class Brake {
    private static final Logger LOG = Logger.getLogger(Brake.class);
    private static final Duration APP_PAUSE = Duration.ofMinutes(1);
    private static final Duration UNSAID_LIMIT = Duration.ofMinutes(1);
    /** Longer than a replica that holds answers of X takes to try its save again. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private final AppState shared;
    private final AuditTrail trail;
    private Pause pause;
    private boolean probing;
    private boolean untold;
    private boolean misconfigured;
    private boolean storeWasAway;
    private Instant settledAt = Instant.EPOCH;

    Brake(AppState shared, AuditTrail trail) {
        this.shared = shared;
        this.trail = trail;
    }

    /** What holds refreshing up, whether its time is over or not: it ends when X takes a refresh. */
    public synchronized Optional<Pause> trouble() {
        return Optional.ofNullable(pause);
    }

    /** Why nothing may start now; empty where something may. */
    synchronized Optional<Pause> holding(Instant now) {
        if (now.isBefore(settledAt)) {
            return Optional.of(new Pause(settledAt, false, "the database was away and has just come back"));
        }
        return trouble().filter(p -> probing || now.isBefore(p.until()));
    }

    /** How many of {@code wanted} may start now. */
    synchronized int admit(int wanted, Instant now) {
        if (wanted == 0 || holding(now).isPresent()) {
            return 0;
        }
        if (pause == null) {
            return wanted;
        }
        probing = true;
        return 1;
    }

    /** A start that was admitted found nothing to do. */
    synchronized void unused() {
        probing = false;
    }

    /** Something could not be claimed or saved. */
    synchronized void storeIsAway() {
        probing = false;
        storeWasAway = true;
    }

    /** True until {@link #share} finds the store back. */
    synchronized boolean storeWasAway() {
        return storeWasAway;
    }

    private synchronized void settle(Instant now) {
        if (storeWasAway) {
            storeWasAway = false;
            settledAt = now.plus(SETTLING);
        }
    }

    synchronized void heed(TokenAnswer answer, Instant now) {
        switch (answer) {
            case TokenAnswer.AppRefused(var hint) -> hold(new Pause(now.plus(APP_PAUSE), true, hint));
            case TokenAnswer.Later later
            when later.rateLimited() ->
                hold(new Pause(later.retryAt().orElse(now.plus(UNSAID_LIMIT)), false, later.hint()));
            case TokenAnswer.Later later -> probing = false;
            case TokenAnswer.Unknown unknown -> probing = false;
            case TokenAnswer.Granted granted -> release();
            case TokenAnswer.GrantDead dead -> release();
            case TokenAnswer.Refused refused -> release();
        }
    }

    /**
     * Tells the other replicas what this one met, or else learns what they met. Where the store was away before, starts
     * are held for a while from now on.
     *
     * @throws StoreException where the store is away
     */
    void share(Instant now) {
        if (isUntold()) {
            tell();
        } else {
            adopt(shared.pause());
        }
        settle(now);
    }

    private synchronized boolean isUntold() {
        return untold;
    }

    private void tell() {
        Optional<Pause> ours;
        synchronized (this) {
            ours = trouble();
            untold = false;
        }
        try {
            shared.pause(ours);
            if (ours.isPresent() && takeMisconfigured()) {
                trail.record(
                        Event.ofTimer(EventType.APP_MISCONFIGURED, ours.get().why()));
            }
        } catch (StoreException e) {
            remember();
            throw e;
        }
    }

    private synchronized boolean takeMisconfigured() {
        var was = misconfigured;
        misconfigured = false;
        return was;
    }

    private synchronized void remember() {
        untold = true;
    }

    private synchronized void adopt(Optional<Pause> theirs) {
        if (!untold && !Objects.equals(pause, theirs.orElse(null))) {
            LOG.infof(
                    "another replica %s",
                    theirs.isPresent() ? "had to pause: " + theirs.get().why() : "goes on again");
            pause = theirs.orElse(null);
            probing = false;
        }
    }

    private void hold(Pause next) {
        probing = false;
        untold = true;
        if (next.appRefused() && (pause == null || !pause.appRefused())) {
            misconfigured = true;
            LOG.errorf(
                    "X refuses this app (%s): check CLIENT_ID and CLIENT_SECRET. All grants are kept; refreshing is"
                            + " paused, and one account a minute tries whether X takes it again",
                    next.why());
        } else if (pause == null) {
            LOG.warnf("X limits our rate until %s: refreshing is paused", next.until());
        }
        pause = pause == null ? next : both(pause, next);
    }

    /** Until the later of them, and an app that is refused stays so until X takes it. */
    private static Pause both(Pause held, Pause next) {
        var later = next.until().isAfter(held.until()) ? next.until() : held.until();
        return new Pause(
                later,
                held.appRefused() || next.appRefused(),
                next.appRefused() || !held.appRefused() ? next.why() : held.why());
    }

    private void release() {
        if (pause != null) {
            LOG.info("X takes our refreshes again: going on");
            pause = null;
            untold = true;
        }
        probing = false;
    }
}
