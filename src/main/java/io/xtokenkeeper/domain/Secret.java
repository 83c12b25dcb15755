package io.xtokenkeeper.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Text that must not be shown. It prints as {@code ***}, has no property a mapper could find, and compares in constant
 * time. {@link #reveal()} is its one door; a test lists the packages that may call it.
 */
public final class Secret {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String value;
    /** Empty until it is asked for: a key is looked up by it more than once a call. */
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

    /** {@code bytes} octets from {@link SecureRandom}, base64url without padding. */
    public static Secret random(int bytes) {
        var octets = new byte[bytes];
        RANDOM.nextBytes(octets);
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
    }

    /** The text itself. Whoever calls this answers for where it goes. */
    public String reveal() {
        return value;
    }

    /** SHA-256 over the UTF-8 octets: what is stored of secrets that are only ever compared. */
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
