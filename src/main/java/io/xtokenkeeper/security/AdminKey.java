package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.Secret;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The admin's API key from the environment, at least 32 characters. Only its SHA-256 is kept. */
public final class AdminKey {
    private static final int LEAST_CHARACTERS = 32;

    private final byte[] sha256;

    private AdminKey(byte[] sha256) {
        this.sha256 = sha256;
    }

    public static AdminKey of(Secret key) {
        var length = key.reveal().strip().length();
        if (length < LEAST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "has " + length + " characters, it must have at least " + LEAST_CHARACTERS);
        }
        return new AdminKey(Secret.of(key.reveal().strip()).sha256());
    }

    /** Identifies the key without revealing it: sessions that were started with a key end when the key is replaced. */
    public String id() {
        return "operator:" + HexFormat.of().formatHex(sha256, 0, 8);
    }

    boolean matches(Secret given) {
        return MessageDigest.isEqual(sha256, given.sha256());
    }
}
