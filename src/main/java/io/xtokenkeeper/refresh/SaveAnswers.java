package io.xtokenkeeper.refresh;

import io.xtokenkeeper.persistence.SqlStates;
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
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Step 3 of a refresh: one thread writes what has come in, many verdicts a transaction, and says the same again until the
 * store has taken it. Meanwhile verdicts wait here, and new pairs are in the journal too. There are never more of them than
 * calls to X were under way, since a store that is away lets nothing new be claimed.
 */
@Singleton
class SaveAnswers {
    private static final Logger LOG = Logger.getLogger(SaveAnswers.class);
    private static final int MOST_AT_ONCE = 500;
    /** How long the first answer of a batch waits for company. */
    private static final Duration LINGER = Duration.ofMillis(5);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** @param entry where it is a new pair, its place in the journal */
    private record Waiting(Verdict verdict, Optional<JournalEntry> entry, Consumer<Written> told) {}

    private final SaveVerdicts save;
    private final Revocations revocations;
    private final RotationJournal journal;
    private final Brake brake;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger unsaved = new AtomicInteger();

    SaveAnswers(SaveVerdicts save, Revocations revocations, RotationJournal journal, Brake brake) {
        this.save = save;
        this.revocations = revocations;
        this.journal = journal;
        this.brake = brake;
    }

    /** First what an earlier process could not save: before that is in the store, its accounts must not be claimed. */
    @PostConstruct
    void start() throws InterruptedException {
        var left = journal.open();
        if (!left.isEmpty()) {
            unsaved.addAndGet(left.size());
            saveUntilTaken(left.stream()
                    .map(entry -> new Waiting(entry.rotation(), Optional.of(entry), written -> {}))
                    .collect(Collectors.toCollection(ArrayList::new)));
            LOG.warnf("%d pairs that an earlier process could not save are saved now", left.size());
        }
        Thread.ofPlatform().daemon().name("save-answers").start(this::run);
    }

    /** @param told called once the verdict is in the store */
    void save(Verdict verdict, Consumer<Written> told) {
        unsaved.incrementAndGet();
        var entry = verdict instanceof Verdict.Rotated rotated
                ? Optional.of(journal.add(rotated))
                : Optional.<JournalEntry>empty();
        queue.add(new Waiting(verdict, entry, told));
    }

    /** True where the store has everything. */
    boolean isIdle() {
        return unsaved.get() == 0;
    }

    private void run() {
        try {
            while (true) {
                saveUntilTaken(next());
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
                journal.storeIsAway(false);
                return;
            } catch (RuntimeException e) {
                if (!(e instanceof StoreException store) || store.kind() == SqlStates.Kind.REJECTED) {
                    refused(batch, e);
                    return;
                }
                journal.storeIsAway(true);
                // who has no room to claim would not notice, and go on the moment that its own answers are saved
                brake.storeIsAway();
                LOG.errorf("%d answers of X wait for the store (try %d): %s", batch.size(), tries, e.getMessage());
                Thread.sleep(Math.min(50L << Math.min(tries, 10), LONGEST_PAUSE.toMillis()));
                queue.drainTo(batch);
            }
        }
    }

    /** One of them is refused for what it is: the others must not wait for it. Its pair stays in the journal. */
    private void refused(List<Waiting> batch, RuntimeException why) throws InterruptedException {
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
        batch.forEach(waiting -> {
            waiting.entry().ifPresent(JournalEntry::saved);
            tell(waiting, written.get(waiting.verdict().id()));
        });
    }

    private Map<AccountId, Written> save(List<? extends Verdict> verdicts) {
        var written = save.save(verdicts);
        rotations(verdicts.stream())
                .filter(late -> written.get(late.id()) == Written.ERASED)
                .forEach(revocations::add);
        return written;
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
