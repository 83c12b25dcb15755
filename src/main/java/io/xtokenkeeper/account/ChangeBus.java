package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccountId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notifies subscribers in this process of changes by any replica, on the listener's thread. {@link NotificationListener}
 * is the source.
 */
@Singleton
public class ChangeBus {
    /**
     * How long a received heartbeat counts as proof that no notification was missed; with the heartbeat interval of
     * {@link NotificationListener} the total stays below one second.
     */
    private static final Duration TRUST = Duration.ofMillis(800);

    private final List<Consumer<AccountId>> onAccount = new CopyOnWriteArrayList<>();
    private final List<Runnable> onKeys = new CopyOnWriteArrayList<>();
    private final List<Runnable> onMissed = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<AccountId, CountDownLatch> waiting = new ConcurrentHashMap<>();
    private volatile long provenNanos = System.nanoTime() - TRUST.toNanos();

    /** Subscribes to changes of an account's tokens or status, and to its erasure. */
    public void onAccount(Consumer<AccountId> notified) {
        onAccount.add(notified);
    }

    /** Subscribes to changes of API keys. */
    public void onKeys(Runnable notified) {
        onKeys.add(notified);
    }

    /** Subscribes to gaps: any change may have been missed. */
    public void onMissed(Runnable notified) {
        onMissed.add(notified);
    }

    /**
     * Registers for the next change of this account. Call it before reading the account; the change may still be missed,
     * so wait with a timeout.
     */
    public Next next(AccountId id) {
        return new Next(id, waiting.computeIfAbsent(id, any -> new CountDownLatch(1)));
    }

    /** A registration for the next change; the caller closes it. */
    public final class Next implements AutoCloseable {
        private final AccountId id;
        private final CountDownLatch notified;

        private Next(AccountId id, CountDownLatch notified) {
            this.id = id;
            this.notified = notified;
        }

        /**
         * Waits for the change.
         *
         * @return false after {@code longest}
         */
        public boolean await(Duration longest) throws InterruptedException {
            return notified.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            waiting.remove(id, notified);
        }
    }

    /** Whether this replica has received all changes that were committed before a moment less than 0.8 s ago. */
    public boolean areKnown() {
        return System.nanoTime() - provenNanos < TRUST.toNanos();
    }

    void account(AccountId id) {
        onAccount.forEach(notified -> notified.accept(id));
        var next = waiting.remove(id);
        if (next != null) {
            next.countDown();
        }
    }

    void keys() {
        onKeys.forEach(Runnable::run);
    }

    void missed() {
        onMissed.forEach(Runnable::run);
    }

    /** Records that all changes committed before this moment have been received. */
    void provenAsOf(long nanos) {
        provenNanos = nanos;
    }
}
