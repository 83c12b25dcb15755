package io.xtokenkeeper.refresh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xtokenkeeper.vault.Verdict;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Pairs that X gave and that the store does not have yet, on disk: one sealed rotation a line.
 *
 * <ol>
 *   <li>Each is written as soon as X has answered, so a process that is killed before it could save loses nothing.
 *   <li>Once a save has failed, what waits is forced to the device too. Before that it is not: a save takes milliseconds,
 *       and the machine rarely dies in them.
 *   <li>Nothing waits for the disk. One thread writes; a disk that is full, read-only or stuck is reported, and pairs are
 *       saved from memory all the same.
 *   <li>Each process has pages of its own and holds their locks, so replicas may share a folder: who starts takes over the
 *       pages that nobody holds. Saving a pair twice changes nothing.
 * </ol>
 */
@Singleton
public class RotationJournal {
    private static final Logger LOG = Logger.getLogger(RotationJournal.class);
    private static final long PAGE_OCTETS = 16L << 20;
    private static final int MOST_AT_ONCE = 500;
    private static final long TICK_MILLIS = 200;
    private static final long LAST_WORDS_MILLIS = 2_000;

    private final Path folder;
    private final ObjectMapper json = new ObjectMapper();
    private final BlockingQueue<JournalEntry> queue = new LinkedBlockingQueue<>();
    private final Thread writer =
            Thread.ofPlatform().daemon().name("rotation-journal").unstarted(this::run);
    private final List<JournalPage> pages = new ArrayList<>();
    private volatile boolean storeIsAway;
    private volatile boolean stopped;
    private volatile int waiting;
    private volatile String trouble;

    RotationJournal(JournalSettings settings) {
        this.folder = settings.folder();
    }

    /** How many pairs wait on disk because a save failed. */
    public int size() {
        return storeIsAway ? waiting : 0;
    }

    /** Why the disk does not take what it should; empty where it does. */
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Takes over what earlier processes left, then writes in the background. Called once, before the first {@link #add}. */
    List<JournalEntry> open() {
        var left = new ArrayList<JournalEntry>();
        if (Files.isDirectory(folder)) {
            try (var files = Files.newDirectoryStream(folder, "*" + JournalPage.SUFFIX)) {
                for (var file : files) {
                    var page = JournalPage.adopt(file);
                    left.addAll(page.isPresent() ? read(page.get()) : List.of());
                }
            } catch (IOException e) {
                LOG.errorf("the rotation journal in %s cannot be read: %s", folder, e.getMessage());
            }
        }
        writer.start();
        return left;
    }

    private List<JournalEntry> read(JournalPage page) throws IOException {
        var entries = page.lines().stream()
                .flatMap(line -> parse(line, page).stream())
                .map(rotation -> JournalEntry.left(rotation, page))
                .toList();
        pages.add(page);
        return entries;
    }

    private Optional<Verdict.Rotated> parse(String line, JournalPage page) {
        try {
            return Optional.of(json.readValue(line, JournalLine.class).rotated());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            LOG.errorf("a line of %s was not written to its end and is lost", page);
            return Optional.empty();
        }
    }

    /** Returns at once; the pair is written in the background unless the store is faster. */
    JournalEntry add(Verdict.Rotated rotation) {
        var entry = JournalEntry.of(rotation);
        queue.add(entry);
        return entry;
    }

    /** A save failed, or the store has everything again. */
    void storeIsAway(boolean away) {
        storeIsAway = away;
    }

    private void run() {
        List<JournalEntry> unwritten = List.of();
        try {
            while (!stopped || !queue.isEmpty()) {
                var entries = next(unwritten);
                unwritten = write(entries) ? List.of() : entries;
                tidy();
            }
            tidy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What came in, behind what the disk did not take before; without what the store has by now. */
    private List<JournalEntry> next(List<JournalEntry> unwritten) throws InterruptedException {
        if (!unwritten.isEmpty()) {
            Thread.sleep(TICK_MILLIS);
        }
        var entries = new ArrayList<>(unwritten);
        var first = queue.poll(unwritten.isEmpty() ? TICK_MILLIS : 0, TimeUnit.MILLISECONDS);
        if (first != null) {
            entries.add(first);
            queue.drainTo(entries, MOST_AT_ONCE);
        }
        entries.removeIf(JournalEntry::isSaved);
        return entries;
    }

    private boolean write(List<JournalEntry> entries) {
        try {
            if (!entries.isEmpty()) {
                var page = page();
                page.write(lines(entries));
                entries.forEach(entry -> entry.written(page));
            }
            if (storeIsAway) {
                for (var page : pages) {
                    page.force();
                }
            }
            trouble = null;
            return true;
        } catch (IOException e) {
            report(e);
            return false;
        }
    }

    private String lines(List<JournalEntry> entries) throws IOException {
        var lines = new StringBuilder();
        for (var entry : entries) {
            lines.append(json.writeValueAsString(JournalLine.of(entry.rotation())))
                    .append('\n');
        }
        return lines.toString();
    }

    private JournalPage page() throws IOException {
        if (pages.isEmpty()
                || !pages.getLast().isForWriting()
                || pages.getLast().octets() > PAGE_OCTETS) {
            pages.add(JournalPage.create(folder));
        }
        return pages.getLast();
    }

    /** Only this thread adds lines, so a page that waits for none holds none that matter. */
    private void tidy() {
        var none = pages.stream().filter(page -> page.waiting() == 0).toList();
        try {
            for (var page : none) {
                if (page == pages.getLast() && page.isForWriting() && !stopped) {
                    page.empty();
                } else {
                    page.remove();
                    pages.remove(page);
                }
            }
        } catch (IOException e) {
            // saving again what is saved already changes nothing
            LOG.warnf("the rotation journal cannot be emptied: %s", e.getMessage());
        }
        waiting = pages.stream().mapToInt(JournalPage::waiting).sum();
    }

    private void report(IOException why) {
        if (trouble == null) {
            LOG.errorf(
                    "the rotation journal in %s cannot be written (%s): until it can, new pairs are held in memory alone"
                            + " while they are saved",
                    folder, why);
        }
        trouble = why.getClass().getSimpleName() + ": " + why.getMessage();
    }

    /** Leaves only what the store does not have. */
    @PreDestroy
    void close() throws InterruptedException {
        stopped = true;
        writer.join(LAST_WORDS_MILLIS);
    }
}
