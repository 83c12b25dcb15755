package io.xtokenkeeper.sandbox;

/**
 * A live grant made without a browser.
 *
 * @param expiresIn life of the access token in seconds, counted from now
 */
public record SeededGrant(String userId, String accessToken, String refreshToken, long expiresIn) {}
