package io.xtokenkeeper.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A text that must not be shown. It prints as {@code ***}, has no property that a mapper could find, and is compared in
 * constant time. {@link #reveal()} is the only access to the text; a test lists the packages that may call it.
 */
public final class Secret {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String value;
    /** Computed on first use: an API key is looked up by it more than once in a call. */
    private volatile byte[] sha256 = {};

    private Secret(String value) {
        this.value = value;
    }

    public static Secret of(String value) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("a secret must not be empty");
        }
        return new Secret(value);
    }

    /** {@code bytes} bytes from {@link SecureRandom}, base64url without padding. */
    public static Secret random(int bytes) {
        var random = new byte[bytes];
        RANDOM.nextBytes(random);
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    /** The text itself. The caller is responsible for where it goes. */
    public String reveal() {
        return value;
    }

    /** SHA-256 of the UTF-8 bytes: stored in place of secrets that are only compared. */
    public byte[] sha256() {
        if (sha256.length == 0) {
            sha256 = digest();
        }
        return sha256.clone();
    }

    private byte[] digest() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(sha256(), that.sha256());
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(sha256());
    }

    @Override
    public String toString() {
        return "***";
    }
}
