package io.xtokenkeeper.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that changes only when the test sets it. */
final class MutableClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-24T12:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    void turn(Duration forward) {
        now = now.plus(forward);
    }
}
