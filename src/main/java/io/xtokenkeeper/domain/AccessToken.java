package io.xtokenkeeper.domain;

/** An access token, sent to X's API as {@code Authorization: Bearer}; opaque, of any length (RFC 6749 §1.4). */
public record AccessToken(Secret value) {
    public static AccessToken of(String value) {
        return new AccessToken(Secret.of(value));
    }
}
