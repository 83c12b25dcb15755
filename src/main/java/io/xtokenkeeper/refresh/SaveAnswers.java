package io.xtokenkeeper.refresh;

import io.xtokenkeeper.token.AccountId;
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
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Step 3 of a refresh: one thread writes what has come in, many verdicts a transaction, and says the same again until the
 * store has taken it. While the store is away verdicts wait here and new pairs are kept in the journal too; there are
 * never more than calls to X were under way, since nothing new can be claimed.
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
    private final RotationJournal journal;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger unsaved = new AtomicInteger();

    SaveAnswers(SaveVerdicts save, Revocations revocations, RotationJournal journal) {
        this.save = save;
        this.revocations = revocations;
        this.journal = journal;
    }

    /** First what an earlier process could not save. */
    @PostConstruct
    void start() {
        journal.replay(this::save);
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
                saveUntilTaken(next());
                journal.clear();
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
        var onDisk = 0;
        for (var tries = 1; ; tries++) {
            try {
                saveOnce(batch);
                return;
            } catch (StoreException e) {
                if (!e.storeIsAway()) {
                    refused(batch, e);
                    return;
                }
                journal.append(rotations(batch.subList(onDisk, batch.size())));
                onDisk = batch.size();
                LOG.errorf("%d answers of X wait for the store (try %d): %s", batch.size(), tries, e.getMessage());
                Thread.sleep(Math.min(50L << Math.min(tries, 10), LONGEST_PAUSE.toMillis()));
                queue.drainTo(batch);
            }
        }
    }

    /** One of them is refused for what it is: the others must not wait for it. */
    private void refused(List<Waiting> batch, StoreException why) throws InterruptedException {
        if (batch.size() == 1) {
            var id = batch.getFirst().verdict().id();
            LOG.errorf(why, "the store works, but does not take the answer for account %s", id);
            tell(batch.getFirst(), Written.SUPERSEDED);
            return;
        }
        var half = batch.size() / 2;
        saveUntilTaken(new ArrayList<>(batch.subList(0, half)));
        saveUntilTaken(new ArrayList<>(batch.subList(half, batch.size())));
    }

    private void saveOnce(List<Waiting> batch) {
        var written = save(batch.stream().map(Waiting::verdict).toList());
        batch.forEach(waiting -> tell(waiting, written.get(waiting.verdict().id())));
    }

    private Map<AccountId, Written> save(List<? extends Verdict> verdicts) {
        var written = save.save(verdicts);
        rotations(verdicts.stream())
                .filter(late -> written.get(late.id()) == Written.ERASED)
                .forEach(revocations::add);
        return written;
    }

    private static List<Verdict.Rotated> rotations(List<Waiting> batch) {
        return rotations(batch.stream().map(Waiting::verdict)).toList();
    }

    private static Stream<Verdict.Rotated> rotations(Stream<? extends Verdict> verdicts) {
        return verdicts.filter(Verdict.Rotated.class::isInstance).map(Verdict.Rotated.class::cast);
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
