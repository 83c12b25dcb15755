package io.xtokenkeeper.refresh;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Pairs that X gave and that the database does not have yet, on disk: one encrypted pair a line.
 *
 * <ol>
 *   <li>Each is written as soon as X has answered, so a process that is killed before it could save loses nothing.
 *   <li>Once a save has failed, what waits is forced to the device too. Before that it is not: a save takes milliseconds,
 *       and the machine rarely dies in them.
 *   <li>Nothing waits for the disk. One thread writes; a disk that is full, read-only or stuck is reported, and pairs are
 *       saved from memory all the same.
 *   <li>Each process has pages of its own and holds their locks, so replicas may share a folder: a process that starts takes
 *       over the pages that no other holds. Saving a pair twice changes nothing.
 *   <li>A page that cannot be read is reported and tried again until it can be, or is gone; the others are read all the same.
 *       A line that cannot be read is kept in a file of its own.
 * </ol>
 */
@Singleton
public class TokenPairJournal {
    private static final Logger LOG = Logger.getLogger(TokenPairJournal.class);
    private static final long PAGE_OCTETS = 16L << 20;
    private static final int MOST_AT_ONCE = 500;
    private static final long TICK_MILLIS = 200;
    private static final long LAST_WORDS_MILLIS = 2_000;

    private final Path folder;
    private static final String UNREADABLE_SUFFIX = ".unreadable";

    private final BlockingQueue<JournalEntry> queue = new LinkedBlockingQueue<>();
    private final Thread writer =
            Thread.ofPlatform().daemon().name("rotation-journal").unstarted(this::run);
    private final List<JournalSegment> pages = new CopyOnWriteArrayList<>();
    private final RecentPairs recent = new RecentPairs();
    private final Map<Path, String> unreadablePages = new ConcurrentSkipListMap<>();
    private final Map<Path, Integer> unreadableLines = new ConcurrentSkipListMap<>();
    /** The writer's own. */
    private List<JournalEntry> unwritten = List.of();

    private volatile int unsaved;
    private volatile boolean stopped;
    private volatile String trouble;
    private volatile String folderTrouble;

    TokenPairJournal(JournalSettings settings) {
        this.folder = settings.folder();
    }

    /** How many pairs wait because a save failed. */
    public int size() {
        return unsaved;
    }

    /** Why the disk does not take or give what it should; empty where it does. */
    public Optional<String> trouble() {
        if (!unreadablePages.isEmpty()) {
            return Optional.of("nothing is refreshed while these pages cannot be read: " + unreadablePages);
        }
        return Optional.ofNullable(trouble)
                .or(() -> Optional.ofNullable(folderTrouble))
                .or(() -> unreadableLines.isEmpty()
                        ? Optional.empty()
                        : Optional.of("lines that could not be read are kept in " + unreadableLines.keySet()));
    }

    /** There may be newer tokens than the database has, for accounts that are not known. */
    boolean hasUnreadablePages() {
        return !unreadablePages.isEmpty();
    }

    /** Takes over what earlier processes left, then writes in the background. Called once, before the first {@link #add}. */
    List<JournalEntry> open() {
        tryFolder();
        var left = Files.isDirectory(folder) ? readFolder() : List.<JournalEntry>of();
        writer.start();
        return left;
    }

    /** A folder that cannot be written is said from the start on, not when the first pair has to wait. */
    private void tryFolder() {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "check", ".tmp"));
            folderTrouble = null;
        } catch (IOException e) {
            if (folderTrouble == null) {
                LOG.errorf(
                        "KEEPER_JOURNAL names %s, which cannot be written: new pairs have no second place: %s",
                        folder, e);
            }
            folderTrouble = "the folder cannot be written: " + e.getClass().getSimpleName();
        }
    }

    private List<JournalEntry> readFolder() {
        var left = new ArrayList<JournalEntry>();
        try (var files = Files.newDirectoryStream(folder, "*" + JournalSegment.SUFFIX)) {
            files.forEach(file -> left.addAll(adopt(file)));
        } catch (IOException | DirectoryIteratorException e) {
            unreadable(folder, e);
        }
        return left;
    }

    /** What can be read by now of pages that could not be read before. */
    List<JournalEntry> reopen() {
        var left = new ArrayList<JournalEntry>();
        for (var file : List.copyOf(unreadablePages.keySet())) {
            if (Files.notExists(file)) {
                unreadablePages.remove(file);
            } else if (file.equals(folder)) {
                unreadablePages.remove(file);
                left.addAll(readFolder());
            } else {
                left.addAll(adopt(file));
            }
        }
        return left;
    }

    private List<JournalEntry> adopt(Path file) {
        try {
            var page = JournalSegment.adopt(file);
            var entries = page.isPresent() ? read(file, page.get()) : List.<JournalEntry>of();
            unreadablePages.remove(file);
            return entries;
        } catch (IOException e) {
            unreadable(file, e);
            return List.of();
        }
    }

    private void unreadable(Path file, Exception why) {
        if (unreadablePages.put(file, why.getClass().getSimpleName()) == null) {
            LOG.errorf(
                    "Cannot read %s of the journal: nothing is refreshed until it can be read, or is gone: %s",
                    file, why);
        }
    }

    private List<JournalEntry> read(Path file, JournalSegment page) throws IOException {
        var entries = new ArrayList<JournalEntry>();
        var unread = new ArrayList<String>();
        var text = page.text();
        var lines = text.lines().toList();
        for (var i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            try {
                entries.add(JournalEntry.left(JournalRecord.decode(line.getBytes(StandardCharsets.ISO_8859_1)), page));
            } catch (IOException | RuntimeException e) {
                if (i == lines.size() - 1 && !text.endsWith("\n")) {
                    LOG.errorf("The last line of %s was not written to its end: X's answer in it is lost", file);
                } else {
                    unread.add(line);
                }
            }
        }
        if (!unread.isEmpty()) {
            keep(file, unread);
        }
        pages.add(page);
        return entries;
    }

    /** Never deleted by the service: a later version, or an operator, may be able to read them. */
    private void keep(Path file, List<String> lines) throws IOException {
        var kept = file.resolveSibling(file.getFileName() + UNREADABLE_SUFFIX);
        Files.write(kept, lines, StandardCharsets.ISO_8859_1);
        unreadableLines.put(kept, lines.size());
        LOG.errorf("%d lines of %s cannot be read: they are kept in %s", lines.size(), file, kept);
    }

    /** Returns at once; the pair is written in the background unless the store is faster. */
    public JournalEntry add(PendingPair pair) {
        var entry = JournalEntry.of(pair);
        queue.add(entry);
        return entry;
    }

    /** The database has it. */
    public void saved(JournalEntry entry) {
        entry.saved();
        recent.add(entry.line());
    }

    /** What was saved a moment ago: a standby that takes over may not have it. */
    List<PendingPair> recentlySaved() {
        return recent.all();
    }

    /** @param waiting how many pairs wait because a save failed; 0 where saves work */
    void savesFail(int waiting) {
        unsaved = waiting;
    }

    private void run() {
        while (!stopped || !queue.isEmpty()) {
            try {
                step();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Throwable e) {
                LOG.error("Cannot write the journal; trying again", e);
            }
        }
        tidy();
    }

    private void step() throws InterruptedException {
        if (folderTrouble != null) {
            tryFolder();
        }
        var entries = next(unwritten);
        // kept until they are written, whatever happens
        unwritten = entries;
        if (write(entries)) {
            unwritten = List.of();
        }
        tidy();
    }

    /** What came in, behind what the disk did not take before; without what the database has by now. */
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
            if (unsaved > 0) {
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

    private static ByteBuffer lines(List<JournalEntry> entries) {
        var length = entries.stream().mapToInt(entry -> entry.line().length + 1).sum();
        var lines = ByteBuffer.allocate(length);
        entries.forEach(entry -> lines.put(entry.line()).put((byte) '\n'));
        return lines.flip();
    }

    private JournalSegment page() throws IOException {
        if (pages.isEmpty()
                || !pages.getLast().isForWriting()
                || pages.getLast().octets() > PAGE_OCTETS) {
            pages.add(JournalSegment.create(folder));
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
