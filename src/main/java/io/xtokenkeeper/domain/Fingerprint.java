package io.xtokenkeeper.domain;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Identifies a refresh token without revealing it: the first 16 bytes of its SHA-256, in hex. Equal fingerprints mean the
 * same token; the token cannot be computed from it.
 */
public record Fingerprint(String hex) {
    private static final int BYTES = 16;

    public Fingerprint {
        if (hex.length() != 2 * BYTES) {
            throw new IllegalArgumentException("a fingerprint is " + 2 * BYTES + " hex digits");
        }
    }

    static Fingerprint of(Secret secret) {
        return new Fingerprint(HexFormat.of().formatHex(Arrays.copyOf(secret.sha256(), BYTES)));
    }
}
