package io.xtokenkeeper.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Summary of a streamed body: its size, its SHA-256, and its beginning. */
final class BodyTally {
    private static final int KEPT = 65_536;

    private final MessageDigest digest = sha256Digest();
    private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    private long size;
    private String hex = "";

    void add(byte[] bytes) {
        size += bytes.length;
        digest.update(bytes);
        beginning.write(bytes, 0, Math.min(bytes.length, KEPT - beginning.size()));
    }

    void end() {
        hex = HexFormat.of().formatHex(digest.digest());
    }

    long size() {
        return size;
    }

    String sha256() {
        return hex;
    }

    /** The first 64 KiB, decoded as UTF-8. */
    String text() {
        return beginning.toString(UTF_8);
    }

    private static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
