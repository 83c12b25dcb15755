package io.xtokenkeeper.xapi;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Admits every exchange with X that spends a token or a code, and knows which of them are not over yet.
 *
 * <ol>
 *   <li>With a permit comes a free connection: a call is never sent late because it had to wait for one.
 *   <li>An exchange is over when its result is stored, not when X has answered: {@link #awaitIdle} waits for both.
 *   <li>After {@link #stop} no permit is given, so a stopping replica starts nothing that it may not finish.
 * </ol>
 */
public final class XCallPermits {
    /** What an exchange is for. Each purpose but the first two has connections of its own. */
    public enum Purpose {
        /** A refresh by the timer. */
        SCHEDULED,
        /** A refresh that a caller waits for, or a probe; may use connections that the timer leaves. */
        ON_DEMAND,
        /** An authorization code that a browser brought. */
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
     * @param scheduled how many refreshes by the timer may be at X at the same time
     * @param refreshes how many refreshes in all, at least {@code scheduled}
     */
    public XCallPermits(int scheduled, int refreshes) {
        this.scheduled = scheduled;
        this.refreshes = refreshes;
    }

    /** Never blocks; empty where no connection is free, or the service is stopping. */
    public Optional<Permit> tryAcquire(Purpose purpose) {
        lock.lock();
        try {
            return take(purpose);
        } finally {
            lock.unlock();
        }
    }

    /** Waits at most {@code longest}; empty where no connection came free meanwhile, or the service is stopping. */
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

    /** No permit is given from now on. */
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

    /** Exchanges that were begun and whose result is not stored yet. */
    public int unfinished() {
        lock.lock();
        try {
            return unfinished;
        } finally {
            lock.unlock();
        }
    }

    /** Returns when every exchange is over, or false after {@code longest}. */
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

    /** One exchange. Each method counts once, however often it is called. */
    public final class Permit {
        private final Purpose purpose;
        private final AtomicBoolean answered = new AtomicBoolean();
        private final AtomicBoolean closed = new AtomicBoolean();

        private Permit(Purpose purpose) {
            this.purpose = purpose;
        }

        /** X has answered, or will not: the connection is free. */
        public void answered() {
            if (answered.compareAndSet(false, true)) {
                release(() -> inUse.merge(purpose, -1, Integer::sum));
            }
        }

        /** The result is stored, or there is none to store. */
        public void close() {
            answered();
            if (closed.compareAndSet(false, true)) {
                release(() -> unfinished--);
            }
        }
    }
}
