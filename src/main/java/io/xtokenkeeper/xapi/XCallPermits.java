package io.xtokenkeeper.xapi;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Limits the concurrent calls to X that spend a token or a code or revoke a token, and tracks which of them are not
 * finished.
 *
 * <ol>
 *   <li>A permit guarantees a free connection: a call is never delayed because it has to wait for one.
 *   <li>A call is finished when its result is stored, not when X has responded: {@link #awaitIdle} waits for both.
 *   <li>After {@link #stop} no permit is granted, so a replica that shuts down starts no call that it may not finish.
 * </ol>
 */
public final class XCallPermits {
    /** What a call is for. The first two share connections, each of the others has its own. */
    public enum Purpose {
        /** A refresh that the scheduler started. */
        SCHEDULED,
        /** A refresh that a caller waits for, or a probe. It may use the connections that scheduled refreshes leave free. */
        ON_DEMAND,
        /** The exchange of an authorization code after a callback. */
        CONSENT,
        REVOCATION
    }

    private static final int CONSENTS = 32;
    private static final int REVOCATIONS = 8;

    private final int scheduled;
    private final int refreshes;
    private final Map<Purpose, Integer> inUse = new EnumMap<>(Purpose.class);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int unfinished;
    private boolean stopped;

    /**
     * @param scheduled how many scheduled refreshes may be in flight at the same time
     * @param refreshes how many refreshes in total, at least {@code scheduled}
     */
    public XCallPermits(int scheduled, int refreshes) {
        this.scheduled = scheduled;
        this.refreshes = refreshes;
    }

    /** Acquires a permit without waiting. Empty if no connection is free or the service is shutting down. */
    public Optional<Permit> tryAcquire(Purpose purpose) {
        lock.lock();
        try {
            return take(purpose);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Acquires a permit, waiting at most {@code longest}. Empty if no connection became free in that time or the service is
     * shutting down.
     */
    public Optional<Permit> acquire(Purpose purpose, Duration longest) throws InterruptedException {
        var left = longest.toNanos();
        lock.lockInterruptibly();
        try {
            var permit = take(purpose);
            while (permit.isEmpty() && !stopped && left > 0) {
                left = changed.awaitNanos(left);
                permit = take(purpose);
            }
            return permit;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Permit> take(Purpose purpose) {
        if (stopped || !isFree(purpose)) {
            return Optional.empty();
        }
        inUse.merge(purpose, 1, Integer::sum);
        unfinished++;
        return Optional.of(new Permit(purpose));
    }

    private boolean isFree(Purpose purpose) {
        var timer = inUse(Purpose.SCHEDULED);
        var callers = inUse(Purpose.ON_DEMAND);
        return switch (purpose) {
            case SCHEDULED -> timer < scheduled && timer + callers < refreshes;
            case ON_DEMAND -> timer + callers < refreshes;
            case CONSENT -> inUse(purpose) < CONSENTS;
            case REVOCATION -> inUse(purpose) < REVOCATIONS;
        };
    }

    private int inUse(Purpose purpose) {
        return inUse.getOrDefault(purpose, 0);
    }

    /** Stops granting permits, permanently, and ends all waits for one. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /** How many calls have started whose result is not stored yet. */
    public int unfinished() {
        lock.lock();
        try {
            return unfinished;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until every call is finished. Returns false if that is not the case after {@code longest}. */
    public boolean awaitIdle(Duration longest) throws InterruptedException {
        var left = longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (unfinished > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            return unfinished == 0;
        } finally {
            lock.unlock();
        }
    }

    private void release(Runnable counted) {
        lock.lock();
        try {
            counted.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The permit for one call. Repeated calls of a method have no further effect. */
    public final class Permit {
        private final Purpose purpose;
        private final AtomicBoolean answered = new AtomicBoolean();
        private final AtomicBoolean closed = new AtomicBoolean();

        private Permit(Purpose purpose) {
            this.purpose = purpose;
        }

        /** Frees the connection: X has responded, or will not respond any more. */
        public void answered() {
            if (answered.compareAndSet(false, true)) {
                release(() -> inUse.merge(purpose, -1, Integer::sum));
            }
        }

        /** Ends the call: its result is stored, or there is none to store. */
        public void close() {
            answered();
            if (closed.compareAndSet(false, true)) {
                release(() -> unfinished--);
            }
        }
    }
}
