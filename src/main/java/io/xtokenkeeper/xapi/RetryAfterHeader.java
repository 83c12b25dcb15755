package io.xtokenkeeper.xapi;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads from a response when X may be called again: {@code x-rate-limit-reset} (Unix seconds), or if that is missing or in
 * the past, {@code Retry-After} (seconds, RFC 9110 §10.2.3).
 */
public final class RetryAfterHeader {
    /**
     * X's longest rate limit window. A later time is limited to this, otherwise a wrong header could stop refreshing for
     * years.
     */
    private static final Duration MAX_WAIT = Duration.ofDays(1);

    private RetryAfterHeader() {}

    /**
     * @param header returns the value of a header by its name, null if it is missing
     * @return later than {@code now}, by at most one day; empty if neither header contains a time in the future
     */
    public static Optional<Instant> at(Function<String, String> header, Instant now) {
        var latest = now.plus(MAX_WAIT);
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
