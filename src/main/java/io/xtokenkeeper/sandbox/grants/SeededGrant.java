package io.xtokenkeeper.sandbox.grants;

/**
 * A valid grant issued without a browser.
 *
 * @param expiresIn life of the access token in seconds, from now
 */
public record SeededGrant(String userId, String accessToken, String refreshToken, long expiresIn) {}
