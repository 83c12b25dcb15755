package io.xtokenkeeper.devmode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Master key and admin key for dev mode and tests, created once and kept in {@code .keeper/}, so that a database that is
 * kept stays readable.
 */
final class DevKeys {
    private static final Path FOLDER = Path.of(".keeper");
    private static final int BYTES = 32;

    private DevKeys() {}

    static String masterKey() {
        return kept("dev-master-key");
    }

    static String adminKey() {
        return kept("dev-admin-key");
    }

    private static String kept(String name) {
        var file = FOLDER.resolve(name);
        try {
            if (!Files.exists(file)) {
                var bytes = new byte[BYTES];
                new SecureRandom().nextBytes(bytes);
                Files.createDirectories(FOLDER);
                var made = Files.createTempFile(FOLDER, name, ".new");
                Files.writeString(made, Base64.getEncoder().encodeToString(bytes));
                Files.move(made, file);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("keys for dev mode cannot be kept in " + FOLDER.toAbsolutePath(), e);
        }
    }
}
