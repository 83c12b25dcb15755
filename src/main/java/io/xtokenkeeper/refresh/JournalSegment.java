package io.xtokenkeeper.refresh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** One file of the journal, ours by its lock, and how many of its lines the store does not have yet. */
final class JournalSegment {
    static final String SUFFIX = ".rotations";

    private final Path file;
    private final FileChannel channel;
    private final boolean forWriting;
    private final AtomicInteger waiting = new AtomicInteger();

    private JournalSegment(Path file, FileChannel channel, boolean forWriting) {
        this.file = file;
        this.channel = channel;
        this.forWriting = forWriting;
    }

    /** A new one, empty. */
    static JournalSegment create(Path folder) throws IOException {
        Files.createDirectories(folder);
        while (true) {
            var file = folder.resolve(UUID.randomUUID() + SUFFIX);
            var channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            channel.lock();
            // a replica that starts may have found it before it was locked, and cleared it away
            if (Files.exists(file)) {
                return new JournalSegment(file, channel, true);
            }
            channel.close();
        }
    }

    /** One that an earlier process left; empty where a living process has it, or had it a moment ago. */
    static Optional<JournalSegment> adopt(Path file) throws IOException {
        try {
            var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() != null && Files.exists(file)) {
                    return Optional.of(new JournalSegment(file, channel, false));
                }
            } catch (OverlappingFileLockException e) {
                // our own
            }
            channel.close();
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** False for one that was taken over: it is only worked off. */
    boolean isForWriting() {
        return forWriting;
    }

    String text() throws IOException {
        // the last line may have been cut off in the middle of a character
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    /** Outlives this process when it returns, though not yet the machine. */
    void write(ByteBuffer lines) throws IOException {
        var before = channel.size();
        try {
            while (lines.hasRemaining()) {
                channel.write(lines);
            }
        } catch (IOException e) {
            // a disk that fills up takes half a line, and the next must not be written behind it
            channel.truncate(before);
            throw e;
        }
    }

    /** Outlives the machine when it returns. */
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

    long octets() throws IOException {
        return channel.size();
    }

    void empty() throws IOException {
        if (channel.size() > 0) {
            channel.truncate(0);
        }
    }

    void remove() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
