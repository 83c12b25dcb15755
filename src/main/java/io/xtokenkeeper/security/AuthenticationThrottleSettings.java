package io.xtokenkeeper.security;

/** @param aMinute how many wrong keys one address may send in a minute, and at once */
public record AuthenticationThrottleSettings(int aMinute) {}
