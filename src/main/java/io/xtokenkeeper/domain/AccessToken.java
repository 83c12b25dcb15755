package io.xtokenkeeper.domain;

/** What X's API takes as {@code Authorization: Bearer}; opaque, of any length (RFC 6749 §1.4). */
public record AccessToken(Secret value) {
    public static AccessToken of(String value) {
        return new AccessToken(Secret.of(value));
    }
}
