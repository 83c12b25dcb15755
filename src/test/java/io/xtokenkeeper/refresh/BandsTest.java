package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BandsTest {
    private static long[] calls(List<Integer> millis) {
        var calls = new long[Bands.count()];
        millis.forEach(one -> calls[Bands.of(Duration.ofMillis(one))]++);
        return calls;
    }

    @Test
    void everyAnswerHasABandHoweverLongItTook() {
        assertThat(Bands.of(Duration.ZERO)).isZero();
        assertThat(Bands.of(Duration.ofDays(1))).isEqualTo(Bands.count() - 1);
    }

    @Test
    void aPercentileIsWhereThatShareWasAnswered() {
        var evenly = calls(IntStream.rangeClosed(1, 1_000).boxed().toList());

        assertThat(Bands.percentile(evenly, 0.5)).isCloseTo(500, within(1.0));
        assertThat(Bands.percentile(evenly, 0.95)).isCloseTo(950, within(1.0));
        assertThat(Bands.percentile(calls(List.of(20, 20, 20, 4_000)), 0.99)).isBetween(3_000.0, 5_000.0);
    }

    @Test
    void nothingWasAnsweredInNoTime() {
        assertThat(Bands.percentile(new long[Bands.count()], 0.5)).isZero();
    }
}
