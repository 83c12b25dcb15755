package io.xtokenkeeper.xapi;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * When X asks to be called again: {@code x-rate-limit-reset} (Unix seconds), or where that is no moment to come
 * {@code Retry-After} (seconds, RFC 9110 §10.2.3).
 */
public final class RetryAfterHeader {
    /** X's longest rate limit window; a header that says more is not believed, or it would stop us for years. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private RetryAfterHeader() {}

    /**
     * @param header the value of a header by its name, null where there is none
     * @return later than now, by a day at the most; empty where X does not ask for a time to come
     */
    public static Optional<Instant> at(Function<String, String> header, Instant now) {
        var latest = now.plus(LONGEST_WAIT);
        return number(header.apply("x-rate-limit-reset"))
                .map(Instant::ofEpochSecond)
                .filter(now::isBefore)
                .or(() -> number(header.apply("Retry-After"))
                        .map(now::plusSeconds)
                        .filter(now::isBefore))
                .map(at -> at.isBefore(latest) ? at : latest);
    }

    private static Optional<Long> number(String text) {
        return Optional.ofNullable(text)
                .map(String::strip)
                .filter(digits -> digits.matches("[0-9]{1,11}"))
                .map(Long::valueOf);
    }
}
