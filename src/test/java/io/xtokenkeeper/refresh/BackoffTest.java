package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    /** A random generator that always returns {@code share}. */
    private static RandomGenerator share(double share) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException();
            }

            @Override
            public double nextDouble() {
                return share;
            }
        };
    }

    private static Duration waits(int failures, Optional<Duration> xAsksFor, double share) {
        return Duration.between(NOW, Backoff.USUAL.retryAt(failures, xAsksFor.map(NOW::plus), NOW, share(share)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0, PT1S",
        "0, 0.5, PT5S",
        "0, 0.99, PT9.9S",
        "1, 0.5, PT10S",
        "2, 0.5, PT20S",
        "5, 0.5, PT2M40S",
        "6, 0.5, PT5M",
        "6, 0.99, PT9M54S",
        "7, 0.99, PT9M54S",
        "1000, 0.99, PT9M54S",
        "1000, 0.0, PT1S",
        "2147483647, 0.5, PT5M"
    })
    void waitsDoubleUpToTheLongest(int failures, double share, Duration wait) {
        assertThat(waits(failures, Optional.empty(), share)).isEqualTo(wait);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.5, PT15M, PT15M5S",
        "0, 0.0, PT15M, PT15M1S",
        "6, 0.5, PT15M, PT20M",
        "0, 0.5, PT3S, PT8S",
        "0, 0.5, PT24H, PT24H5S",
        "0, 0.5, -PT1H, PT5S"
    })
    void nobodyComesBeforeXAskedAndNotAllAtOnce(int failures, double share, Duration asked, Duration wait) {
        assertThat(waits(failures, Optional.of(asked), share)).isEqualTo(wait);
    }

    @Test
    void accountsThatFailTogetherComeBackApart() {
        var random = new Random(1);
        var moments = IntStream.range(0, 1_000)
                .mapToObj(i -> Backoff.USUAL.retryAt(3, Optional.empty(), NOW, random))
                .distinct();
        assertThat(moments).hasSizeGreaterThan(950);
    }
}
