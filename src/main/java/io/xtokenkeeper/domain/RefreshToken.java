package io.xtokenkeeper.domain;

/**
 * A refresh token: exchanged at X for exactly one new token pair, then spent (RFC 6749 §1.5; single use according to X's
 * token documentation).
 */
public record RefreshToken(Secret value) {
    public static RefreshToken of(String value) {
        return new RefreshToken(Secret.of(value));
    }

    public Fingerprint fingerprint() {
        return Fingerprint.of(value);
    }
}
