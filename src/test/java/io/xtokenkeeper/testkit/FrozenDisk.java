package io.xtokenkeeper.testkit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system on which every write waits while it is frozen, as on a network disk whose server is away. */
public final class FrozenDisk implements AutoCloseable {
    private static final long BYTES = 8L << 20;

    private final Path folder;

    private FrozenDisk(Path folder) {
        this.folder = folder;
    }

    /** Not frozen yet. Empty if this machine does not allow mounting and freezing. */
    public static Optional<FrozenDisk> mount() {
        try {
            var image = Files.createTempFile("frozen-disk", ".img");
            var folder = Files.createTempDirectory("frozen-disk");
            try (var file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(BYTES);
            }
            var mounted = Programs.succeeds("mkfs.ext4", "-q", image.toString())
                    && Programs.succeeds("mount", "-o", "loop", image.toString(), folder.toString());
            Files.delete(image);
            var disk = new FrozenDisk(folder);
            if (mounted && disk.canFreeze()) {
                return Optional.of(disk);
            }
            disk.close();
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean canFreeze() {
        return Programs.succeeds("fsfreeze", "-f", folder.toString())
                && Programs.succeeds("fsfreeze", "-u", folder.toString());
    }

    public Path folder() {
        return folder;
    }

    public void freeze() {
        if (!Programs.succeeds("fsfreeze", "-f", folder.toString())) {
            throw new IllegalStateException("cannot freeze " + folder);
        }
    }

    public void thaw() {
        Programs.succeeds("fsfreeze", "-u", folder.toString());
    }

    @Override
    public void close() {
        thaw();
        Programs.succeeds("umount", "-l", folder.toString());
    }
}
