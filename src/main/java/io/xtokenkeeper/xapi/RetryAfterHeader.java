package io.xtokenkeeper.xapi;

import io.xtokenkeeper.egress.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads from a response when X may be called again: {@code x-rate-limit-reset} (Unix seconds), or if that is missing or in
 * the past, {@code Retry-After}.
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
        return Optional.ofNullable(header.apply("x-rate-limit-reset"))
                .map(String::strip)
                .filter(digits -> digits.matches("[0-9]{1,11}"))
                .map(digits -> Duration.between(now, Instant.ofEpochSecond(Long.parseLong(digits))))
                .filter(Duration::isPositive)
                .or(() -> RetryAfter.read(header.apply("Retry-After"), now).filter(Duration::isPositive))
                .map(wait -> now.plus(wait.compareTo(MAX_WAIT) < 0 ? wait : MAX_WAIT));
    }
}
