package io.xtokenkeeper.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file that contains a secret and nothing else, as any editor saves it. */
final class SecretFile {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private SecretFile() {}

    /**
     * Its text, without a leading byte order mark and trailing line ends.
     *
     * @throws CharacterCodingException if it is not UTF-8
     * @throws IllegalArgumentException if {@code path} is not a path
     */
    static String read(String path) throws IOException {
        var text = decode(Files.readAllBytes(Path.of(path.strip())));
        return withoutMark(text).replaceAll("[\r\n]+$", "");
    }

    private static String decode(byte[] bytes) throws CharacterCodingException {
        var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        if (text.indexOf(0) >= 0) {
            // ASCII text saved as UTF-16 without a byte order mark
            throw new CharacterCodingException();
        }
        return text;
    }

    static String withoutMark(String text) {
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }
}
