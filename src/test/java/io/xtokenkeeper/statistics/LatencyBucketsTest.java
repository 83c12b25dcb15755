package io.xtokenkeeper.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatencyBucketsTest {
    private static long[] calls(List<Integer> millis) {
        var calls = new long[LatencyBuckets.count()];
        millis.forEach(one -> calls[LatencyBuckets.of(Duration.ofMillis(one))]++);
        return calls;
    }

    @Test
    void everyAnswerHasABandHoweverLongItTook() {
        assertThat(LatencyBuckets.of(Duration.ZERO)).isZero();
        assertThat(LatencyBuckets.of(Duration.ofDays(1))).isEqualTo(LatencyBuckets.count() - 1);
    }

    @Test
    void aPercentileIsWhereThatShareWasAnswered() {
        var evenly = calls(IntStream.rangeClosed(1, 1_000).boxed().toList());

        assertThat(LatencyBuckets.percentile(evenly, 0.5)).isCloseTo(500, within(1.0));
        assertThat(LatencyBuckets.percentile(evenly, 0.95)).isCloseTo(950, within(1.0));
        assertThat(LatencyBuckets.percentile(calls(List.of(20, 20, 20, 4_000)), 0.99))
                .isBetween(3_000.0, 5_000.0);
    }

    @Test
    void nothingWasAnsweredInNoTime() {
        assertThat(LatencyBuckets.percentile(new long[LatencyBuckets.count()], 0.5))
                .isZero();
    }
}
