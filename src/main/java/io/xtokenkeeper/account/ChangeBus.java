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
 * What any replica changed, told to whoever wants to know here, on the listener's thread. {@link NotificationListener} brings
 * the news.
 */
@Singleton
public class ChangeBus {
    /** How long a proof that nothing was missed is good for; with {@link NotificationListener} this keeps below one second. */
    private static final Duration TRUST = Duration.ofMillis(800);

    private final List<Consumer<AccountId>> onAccount = new CopyOnWriteArrayList<>();
    private final List<Runnable> onKeys = new CopyOnWriteArrayList<>();
    private final List<Runnable> onMissed = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<AccountId, CountDownLatch> waiting = new ConcurrentHashMap<>();
    private volatile long provenNanos = System.nanoTime() - TRUST.toNanos();

    /** Tokens or status of an account changed, or it was erased. */
    public void onAccount(Consumer<AccountId> told) {
        onAccount.add(told);
    }

    public void onKeys(Runnable told) {
        onKeys.add(told);
    }

    /** Anything may have changed unheard. */
    public void onMissed(Runnable told) {
        onMissed.add(told);
    }

    /** Tells of the next change of this account. Begun before one looks; it may be missed, so wait with a limit. */
    public Next next(AccountId id) {
        return new Next(id, waiting.computeIfAbsent(id, any -> new CountDownLatch(1)));
    }

    /** Close it when you stop waiting. */
    public final class Next implements AutoCloseable {
        private final AccountId id;
        private final CountDownLatch told;

        private Next(AccountId id, CountDownLatch told) {
            this.id = id;
            this.told = told;
        }

        /** Returns with the change, or false after {@code longest}. */
        public boolean await(Duration longest) throws InterruptedException {
            return told.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            waiting.remove(id, told);
        }
    }

    /** Whether all that was committed, up to a moment less than a second ago, has been told. */
    public boolean areKnown() {
        return System.nanoTime() - provenNanos < TRUST.toNanos();
    }

    void account(AccountId id) {
        onAccount.forEach(told -> told.accept(id));
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

    /** All that was committed before this moment has been told. */
    void provenAsOf(long nanos) {
        provenNanos = nanos;
    }
}
