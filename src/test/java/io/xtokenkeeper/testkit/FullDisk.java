package io.xtokenkeeper.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system of a few megabytes that a test may fill to the last byte. Requires permission to mount. */
public final class FullDisk implements AutoCloseable {
    private static final int CHUNK = 4_096;

    private final Path folder;

    private FullDisk(Path folder) {
        this.folder = folder;
    }

    /** Empty if this machine does not allow mounting. */
    public static Optional<FullDisk> mount(String size) {
        try {
            var folder = Files.createTempDirectory("small-disk");
            var mounted = Programs.succeeds(
                    "mount", "-t", "tmpfs", "-o", "size=" + size + ",mode=777", "tmpfs", folder.toString());
            return mounted ? Optional.of(new FullDisk(folder)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path folder() {
        return folder;
    }

    /** Uses all free space. */
    public void fill() {
        try (var out = Files.newOutputStream(folder.resolve("filler"))) {
            while (true) {
                out.write(new byte[CHUNK]);
            }
        } catch (IOException e) {
            // full, as intended
        }
    }

    public void makeRoom() {
        try {
            Files.delete(folder.resolve("filler"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Programs.succeeds("umount", "-l", folder.toString());
    }
}
