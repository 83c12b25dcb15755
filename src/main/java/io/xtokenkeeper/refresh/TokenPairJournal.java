package io.xtokenkeeper.refresh;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
 * Stores token pairs that X issued and that the database does not have yet in local files: one encrypted token pair per
 * line.
 *
 * <ol>
 *   <li>Each token pair is written as soon as X has answered, so a process that is killed before the save loses nothing.
 *   <li>After a save has failed, waiting token pairs are also forced to the device. Before that they are not: a save
 *       takes milliseconds, and the machine rarely crashes within them.
 *   <li>No refresh waits for the disk. One thread writes; a disk that is full, read-only or blocked is reported, and
 *       token pairs are saved from memory all the same.
 *   <li>Each process writes its own files (pages) and holds their locks, so replicas may share a folder: a process that
 *       starts takes over the pages that no other process has locked. Saving a token pair twice changes nothing.
 *   <li>A page that cannot be read is reported and retried until it can be read or no longer exists; the other pages are
 *       read all the same. A line that cannot be read is kept in a separate file.
 * </ol>
 */
@Singleton
public class TokenPairJournal {
    private static final Logger LOG = Logger.getLogger(TokenPairJournal.class);
    private static final long PAGE_BYTES = 16L << 20;
    private static final int MAX_AT_ONCE = 500;
    private static final long TICK_MILLIS = 200;
    private static final long CLOSE_TIMEOUT_MILLIS = 2_000;
    /** A disk that takes longer than this for one step is reported. */
    private static final Duration MAX_STEP = Duration.ofSeconds(5);
    /** If more wait to be written, those that the database has by now are removed. */
    private static final int MAX_QUEUED = 10_000;

    private static final String UNREADABLE_SUFFIX = ".unreadable";

    private final Path folder;

    private final BlockingQueue<JournalEntry> queue = new LinkedBlockingQueue<>();
    private final Thread writer =
            Thread.ofPlatform().daemon().name("rotation-journal").unstarted(this::run);
    private final List<JournalSegment> pages = new CopyOnWriteArrayList<>();
    private final RecentPairs recent = new RecentPairs();
    private final Map<Path, String> unreadablePages = new ConcurrentSkipListMap<>();
    private final Map<Path, Integer> unreadableLines = new ConcurrentSkipListMap<>();
    /** Used by the writer thread only. */
    private List<JournalEntry> unwritten = List.of();

    private volatile int unsaved;
    private volatile boolean stopped;
    private volatile long stepBegan = System.nanoTime();
    private volatile int maxQueued = MAX_QUEUED;
    private volatile String writeError;
    private volatile String folderError;

    TokenPairJournal(JournalSettings settings) {
        this.folder = settings.folder();
    }

    /** Returns how many token pairs wait because a save failed. */
    public int size() {
        return unsaved;
    }

    /** Returns why the journal cannot be written or read completely; empty if it can. */
    public Optional<String> problem() {
        if (!unreadablePages.isEmpty()) {
            return Optional.of("nothing is refreshed while these pages cannot be read: " + unreadablePages);
        }
        return blocked()
                .or(() -> Optional.ofNullable(writeError))
                .or(() -> Optional.ofNullable(folderError))
                .or(() -> unreadableLines.isEmpty()
                        ? Optional.empty()
                        : Optional.of("lines that could not be read are kept in " + unreadableLines.keySet()));
    }

    private Optional<String> blocked() {
        var step = Duration.ofNanos(System.nanoTime() - stepBegan);
        return writer.isAlive() && step.compareTo(MAX_STEP) > 0
                ? Optional.of("the disk has not answered for " + step.toSeconds() + " s")
                : Optional.empty();
    }

    /** True if a page cannot be read: it may have newer tokens than the database, for unknown accounts. */
    boolean hasUnreadablePages() {
        return !unreadablePages.isEmpty();
    }

    /**
     * Returns the token pairs that earlier processes left, then writes in the background. Called once, before the first
     * {@link #add}.
     */
    List<JournalEntry> open() {
        tryFolder();
        var left = Files.isDirectory(folder) ? readFolder() : List.<JournalEntry>of();
        writer.start();
        return left;
    }

    /** Reports a folder that cannot be written at startup, not when the first token pair has to wait. */
    private void tryFolder() {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "check", ".tmp"));
            folderError = null;
        } catch (IOException e) {
            if (folderError == null) {
                LOG.errorf(
                        "KEEPER_JOURNAL names %s, which cannot be written: new token pairs are kept only in memory until they are saved: %s",
                        folder, e);
            }
            folderError = "the folder cannot be written: " + e.getClass().getSimpleName();
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

    /** Returns the token pairs of pages that could not be read before and can be read now. */
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
        } catch (IOException | RuntimeException e) {
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
        var isRead = false;
        try {
            var entries = readLines(file, page);
            pages.add(page);
            isRead = true;
            return entries;
        } finally {
            if (!isRead) {
                page.release();
            }
        }
    }

    private List<JournalEntry> readLines(Path file, JournalSegment page) throws IOException {
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
            saveUnreadable(file, unread);
        }
        return entries;
    }

    /**
     * Keeps lines that cannot be decoded. The service never deletes them: a later version or the admin may be able to
     * read them.
     */
    private void saveUnreadable(Path file, List<String> lines) throws IOException {
        var kept = file.resolveSibling(file.getFileName() + UNREADABLE_SUFFIX);
        Files.write(kept, lines, StandardCharsets.ISO_8859_1);
        unreadableLines.put(kept, lines.size());
        LOG.errorf("%d lines of %s cannot be read: they are kept in %s", lines.size(), file, kept);
    }

    /** Adds a token pair and returns at once; the writer thread writes it unless the database has it earlier. */
    public JournalEntry add(PendingPair pair) {
        var entry = JournalEntry.of(pair);
        queue.add(entry);
        if (queue.size() > maxQueued) {
            dropSaved();
        }
        return entry;
    }

    /** How many pairs the writer thread has not looked at yet. */
    int queued() {
        return queue.size();
    }

    /** Keeps the queue short while the disk is blocked. The next time is when as many have been added again. */
    private void dropSaved() {
        queue.removeIf(JournalEntry::isSaved);
        maxQueued = queue.size() + MAX_QUEUED;
    }

    /** Records that the database has the token pair. */
    public void saved(JournalEntry entry) {
        entry.saved();
        recent.add(entry.line());
    }

    /** Returns recently saved token pairs: a standby that takes over may not have them. */
    List<PendingPair> recentlySaved() {
        return recent.all();
    }

    /** @param waiting how many token pairs wait because a save failed; 0 if saves work */
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
        stepBegan = System.nanoTime();
        if (folderError != null) {
            tryFolder();
        }
        var entries = next(unwritten);
        // kept until they are written, whatever is thrown
        unwritten = entries;
        if (write(entries)) {
            unwritten = List.of();
        }
        tidy();
    }

    /**
     * Returns the entries to write: those that the disk did not take before, then new ones; without those that the
     * database has.
     */
    private List<JournalEntry> next(List<JournalEntry> unwritten) throws InterruptedException {
        if (!unwritten.isEmpty()) {
            Thread.sleep(TICK_MILLIS);
        }
        var entries = new ArrayList<>(unwritten);
        var first = queue.poll(unwritten.isEmpty() ? TICK_MILLIS : 0, TimeUnit.MILLISECONDS);
        if (first != null) {
            entries.add(first);
            queue.drainTo(entries, MAX_AT_ONCE);
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
            writeError = null;
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
        // another thread may add a page that it has adopted
        var last = pages.isEmpty() ? null : pages.getLast();
        if (last == null || !last.isForWriting() || last.bytes() > PAGE_BYTES) {
            last = JournalSegment.create(folder);
            pages.add(last);
        }
        return last;
    }

    /**
     * Empties or deletes the pages whose entries are all in the database. Only this thread appends lines, so such a page
     * receives no entry meanwhile.
     */
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
            // a replay of saved token pairs changes nothing
            LOG.warnf("the journal cannot be emptied: %s", e.getMessage());
        }
    }

    private void report(IOException why) {
        if (writeError == null) {
            LOG.errorf(
                    "the journal in %s cannot be written (%s): until it can, new pairs are held in memory alone"
                            + " while they are saved",
                    folder, why);
        }
        writeError = why.getClass().getSimpleName() + ": " + why.getMessage();
    }

    /** Stops the writer thread after it has removed everything that the database has; waits at most two seconds. */
    @PreDestroy
    void close() throws InterruptedException {
        stopped = true;
        writer.join(CLOSE_TIMEOUT_MILLIS);
    }
}
