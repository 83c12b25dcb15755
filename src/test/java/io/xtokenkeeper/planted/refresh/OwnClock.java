package io.xtokenkeeper.planted.refresh;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.function.Supplier;

/** Time from the air, in all its forms. */
final class OwnClock {
    private OwnClock() {}

    static Instant instant() {
        return Instant.now();
    }

    static LocalDate day() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    static Clock clock() {
        return Clock.systemUTC();
    }

    static InstantSource source() {
        return InstantSource.system();
    }

    static long millis() {
        return System.currentTimeMillis();
    }

    static Object date() {
        return new Date();
    }

    static Supplier<Instant> byReference() {
        return Instant::now;
    }
}
