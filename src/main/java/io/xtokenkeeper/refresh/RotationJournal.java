package io.xtokenkeeper.refresh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xtokenkeeper.vault.Verdict;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Pairs that X gave while the store was away, on disk: one sealed rotation a line, forced to the device before anything
 * else happens. Written only while the store is away, emptied when it has them, read again at the next start.
 *
 * <p>Each process has a file of its own and holds its lock, so replicas may share a folder: who starts replays the files
 * that nobody holds. A disk that does not take it is reported and stops nothing: the pairs are still in memory.
 */
@Singleton
public class RotationJournal {
    private static final Logger LOG = Logger.getLogger(RotationJournal.class);
    private static final String SUFFIX = ".rotations";

    private final Path folder;
    private final ObjectMapper json = new ObjectMapper();
    private final Path file;
    private FileChannel channel;
    private int entries;
    private String trouble;

    RotationJournal(JournalSettings settings) {
        this.folder = settings.folder();
        this.file = folder.resolve(UUID.randomUUID() + SUFFIX);
    }

    /** How many pairs the store does not have yet are on disk. */
    public synchronized int size() {
        return entries;
    }

    /** Why the disk did not take the last ones; empty where it did. */
    public synchronized Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** On the device when this returns, unless {@link #trouble} says otherwise. Never throws for a disk that fails. */
    synchronized void append(Collection<Verdict.Rotated> rotations) {
        try {
            if (channel == null) {
                Files.createDirectories(folder);
                channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
                channel.lock();
            }
            var lines = new StringBuilder();
            for (var rotation : rotations) {
                lines.append(json.writeValueAsString(JournalLine.of(rotation))).append('\n');
            }
            var octets = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            channel.force(true);
            entries += rotations.size();
            trouble = null;
        } catch (IOException e) {
            trouble = e.getClass().getSimpleName() + ": " + e.getMessage();
            LOG.errorf(
                    "the rotation journal in %s cannot be written (%s): %d pairs are held in memory alone",
                    folder, trouble, rotations.size());
        }
    }

    /** The store has everything: forgets what was written. */
    synchronized void clear() {
        if (entries == 0) {
            return;
        }
        try {
            channel.truncate(0);
            channel.force(true);
            entries = 0;
        } catch (IOException e) {
            // replaying what is saved already changes nothing
            LOG.warnf("the rotation journal cannot be emptied: %s", e.getMessage());
        }
    }

    /** Gives what earlier processes left to {@code save}, and removes it when that returns. */
    void replay(Consumer<List<Verdict.Rotated>> save) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (var left : files) {
                replay(left, save);
            }
        } catch (IOException e) {
            LOG.errorf("the rotation journal in %s cannot be read: %s", folder, e.getMessage());
        }
    }

    private void replay(Path left, Consumer<List<Verdict.Rotated>> save) throws IOException {
        try (var reading = FileChannel.open(left, StandardOpenOption.READ, StandardOpenOption.WRITE);
                var lock = reading.tryLock()) {
            if (lock == null) {
                return;
            }
            var rotations = read(left);
            if (!rotations.isEmpty()) {
                save.accept(rotations);
                LOG.warnf("%d pairs that an earlier process could not save are saved now", rotations.size());
            }
            Files.delete(left);
        } catch (OverlappingFileLockException e) {
            LOG.debugf("%s is our own", left);
        }
    }

    private List<Verdict.Rotated> read(Path left) throws IOException {
        var rotations = new ArrayList<Verdict.Rotated>();
        for (var line : Files.readAllLines(left, StandardCharsets.ISO_8859_1)) {
            try {
                rotations.add(json.readValue(line, JournalLine.class).rotated());
            } catch (JsonProcessingException | IllegalArgumentException e) {
                LOG.errorf("a line of %s was not written to its end and is lost", left);
            }
        }
        return rotations;
    }
}
