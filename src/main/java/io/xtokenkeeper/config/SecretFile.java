package io.xtokenkeeper.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds a secret and nothing else, as any editor saves it. */
final class SecretFile {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private SecretFile() {}

    /**
     * Its text, without a byte order mark before it and line ends after it.
     *
     * @throws CharacterCodingException where it is not UTF-8
     * @throws IllegalArgumentException where {@code path} is no path
     */
    static String read(String path) throws IOException {
        var text = decode(Files.readAllBytes(Path.of(path.strip())));
        return withoutMark(text).replaceAll("[\r\n]+$", "");
    }

    private static String decode(byte[] bytes) throws CharacterCodingException {
        var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        if (text.indexOf(0) >= 0) {
            // ASCII in UTF-16 without a mark
            throw new CharacterCodingException();
        }
        return text;
    }

    static String withoutMark(String text) {
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }
}
