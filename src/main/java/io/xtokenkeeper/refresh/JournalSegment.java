package io.xtokenkeeper.refresh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One file (page) of the journal, locked by this process, with the number of its lines that the database does not have
 * yet. The operating system ends a process's lock when the process closes any other descriptor of the file, so a locked
 * page is used through its channel alone.
 */
final class JournalSegment {
    static final String SUFFIX = ".rotations";
    /** The files that this process has open. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    private final boolean forWriting;
    private final AtomicInteger waiting = new AtomicInteger();

    private JournalSegment(Path file, FileChannel channel, boolean forWriting) {
        this.file = file;
        this.channel = channel;
        this.forWriting = forWriting;
    }

    /** Creates an empty page. */
    static JournalSegment create(Path folder) throws IOException {
        Files.createDirectories(folder);
        while (true) {
            var file = folder.resolve(UUID.randomUUID() + SUFFIX);
            OPEN.add(file);
            // a replica that starts may have found and deleted the file before it was locked
            var page = locked(
                    file, true, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            if (page.isPresent()) {
                return page.get();
            }
        }
    }

    /** Locks a page that an earlier process left; empty if a running process has locked it or has just deleted it. */
    static Optional<JournalSegment> adopt(Path file) throws IOException {
        try {
            return OPEN.add(file)
                    ? locked(file, false, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<JournalSegment> locked(Path file, boolean forWriting, OpenOption... options)
            throws IOException {
        var page = Optional.<JournalSegment>empty();
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, options);
            if (channel.tryLock() != null && Files.exists(file)) {
                page = Optional.of(new JournalSegment(file, channel, forWriting));
            }
            return page;
        } catch (OverlappingFileLockException e) {
            // this process has locked it, before its classes were loaded again in dev mode
            return page;
        } finally {
            if (page.isEmpty()) {
                release(file, channel);
            }
        }
    }

    /** False for a page of an earlier process: it is only read and then deleted. */
    boolean isForWriting() {
        return forWriting;
    }

    String text() throws IOException {
        var bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // reads the rest
        }
        // the last line may end in the middle of a UTF-8 character
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
    }

    /** Appends lines. They survive a crash of this process, but not yet of the machine. */
    void write(ByteBuffer lines) throws IOException {
        var before = channel.size();
        try {
            while (lines.hasRemaining()) {
                channel.write(lines);
            }
        } catch (IOException e) {
            // a full disk may take half a line, and the next line must not follow it
            channel.truncate(before);
            throw e;
        }
    }

    /** Forces the lines to the device: they survive a crash of the machine. */
    void force() throws IOException {
        channel.force(false);
    }

    void waitForOne() {
        waiting.incrementAndGet();
    }

    void letOneGo() {
        waiting.decrementAndGet();
    }

    int waiting() {
        return waiting.get();
    }

    long bytes() throws IOException {
        return channel.size();
    }

    void empty() throws IOException {
        if (channel.size() > 0) {
            channel.truncate(0);
        }
    }

    void remove() throws IOException {
        Files.deleteIfExists(file);
        release();
    }

    /** Unlocks the page, and leaves it on the disk: any process may adopt it. */
    void release() throws IOException {
        release(file, channel);
    }

    private static void release(Path file, FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            OPEN.remove(file);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
