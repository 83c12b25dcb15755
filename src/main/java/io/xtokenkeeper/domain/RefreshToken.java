package io.xtokenkeeper.domain;

/** Buys exactly one new pair at X, then is spent (RFC 6749 §1.5; single use per X's token documentation). */
public record RefreshToken(Secret value) {
    public static RefreshToken of(String value) {
        return new RefreshToken(Secret.of(value));
    }

    public Fingerprint fingerprint() {
        return Fingerprint.of(value);
    }
}
