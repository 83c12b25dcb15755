package io.xtokenkeeper.security;

/**
 * Settings of {@link AuthenticationThrottle}.
 *
 * @param aMinute how many invalid keys an address may send per minute, and in one burst
 */
public record AuthenticationThrottleSettings(int aMinute) {}
