package io.xtokenkeeper.refresh;

import io.xtokenkeeper.vault.Revocations;
import io.xtokenkeeper.vault.SaveVerdicts;
import io.xtokenkeeper.vault.StoreException;
import io.xtokenkeeper.vault.Verdict;
import io.xtokenkeeper.vault.Written;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Step 3 of a refresh: one thread writes what has come in, many verdicts a transaction, and says the same again until the
 * store has taken it. While the store is away verdicts wait here; there are never more than calls to X under way, since
 * nothing new can be claimed.
 */
@Singleton
class SaveAnswers {
    private static final Logger LOG = Logger.getLogger(SaveAnswers.class);
    private static final int MOST_AT_ONCE = 500;
    /** How long the first answer of a batch waits for company. */
    private static final Duration LINGER = Duration.ofMillis(5);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private record Waiting(Verdict verdict, Consumer<Written> told) {}

    private final SaveVerdicts save;
    private final Revocations revocations;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger unsaved = new AtomicInteger();

    SaveAnswers(SaveVerdicts save, Revocations revocations) {
        this.save = save;
        this.revocations = revocations;
    }

    @PostConstruct
    void start() {
        Thread.ofPlatform().daemon().name("save-answers").start(this::run);
    }

    /** @param told called once the verdict is in the store */
    void save(Verdict verdict, Consumer<Written> told) {
        unsaved.incrementAndGet();
        queue.add(new Waiting(verdict, told));
    }

    /** True where the store has everything. */
    boolean isIdle() {
        return unsaved.get() == 0;
    }

    private void run() {
        try {
            while (true) {
                var batch = next();
                saveUntilTaken(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Waiting> next() throws InterruptedException {
        var batch = new ArrayList<Waiting>();
        batch.add(queue.take());
        var until = System.nanoTime() + LINGER.toNanos();
        while (batch.size() < MOST_AT_ONCE) {
            var more = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (more == null) {
                break;
            }
            batch.add(more);
            queue.drainTo(batch, MOST_AT_ONCE - batch.size());
        }
        return batch;
    }

    private void saveUntilTaken(List<Waiting> batch) throws InterruptedException {
        for (var tries = 1; ; tries++) {
            try {
                saveOnce(batch);
                return;
            } catch (StoreException e) {
                if (!e.storeIsAway() && batch.size() > 1) {
                    // one of them is refused for what it is: the others must not wait for it
                    saveUntilTaken(batch.subList(0, batch.size() / 2));
                    saveUntilTaken(batch.subList(batch.size() / 2, batch.size()));
                    return;
                }
                LOG.errorf("%d answers of X wait for the store (try %d): %s", batch.size(), tries, e.getMessage());
                if (!e.storeIsAway() && tries > 3) {
                    LOG.errorf(
                            e,
                            "the store does not take the answer for account %s",
                            batch.getFirst().verdict().id());
                    tell(batch.getFirst(), Written.SUPERSEDED);
                    return;
                }
                Thread.sleep(Math.min(50L << Math.min(tries, 10), LONGEST_PAUSE.toMillis()));
            }
        }
    }

    private void saveOnce(List<Waiting> batch) {
        var written = save.save(batch.stream().map(Waiting::verdict).toList());
        for (var waiting : batch) {
            var outcome = written.get(waiting.verdict().id());
            if (outcome == Written.ERASED && waiting.verdict() instanceof Verdict.Rotated late) {
                revocations.add(late);
            }
            tell(waiting, outcome);
        }
    }

    private void tell(Waiting waiting, Written outcome) {
        unsaved.decrementAndGet();
        try {
            waiting.told().accept(outcome);
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "account %s was saved, but its callers could not be told",
                    waiting.verdict().id());
        }
    }
}
