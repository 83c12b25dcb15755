package io.xtokenkeeper.security;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tries that are left at a moment. It fills up within a minute.
 *
 * @param left below zero where several came at the same time
 */
record Bucket(double left, Instant at) {
    private static final double NANOS_A_MINUTE = 60e9;

    static Bucket full(int aMinute, Instant now) {
        return new Bucket(aMinute, now);
    }

    Bucket minusOne(int aMinute, Instant now) {
        return new Bucket(Math.max(leftAt(aMinute, now) - 1, -1), now);
    }

    /** How long until there is a whole one; empty where there is. */
    Optional<Duration> pause(int aMinute, Instant now) {
        var missing = 1 - leftAt(aMinute, now);
        return missing <= 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) Math.ceil(missing * NANOS_A_MINUTE / aMinute)));
    }

    private double leftAt(int aMinute, Instant now) {
        var passed = Math.max(0, Duration.between(at, now).toNanos());
        return Math.min(aMinute, left + passed * aMinute / NANOS_A_MINUTE);
    }
}
