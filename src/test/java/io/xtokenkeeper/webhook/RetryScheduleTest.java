package io.xtokenkeeper.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
    private final RandomGenerator random = new Random(7);

    private Duration wait(int tries) {
        return RetrySchedule.waitAfter(tries, Optional.empty(), random).orElseThrow();
    }

    private Duration waitAsked(int tries, Duration asked) {
        return RetrySchedule.waitAfter(tries, Optional.of(asked), random).orElseThrow();
    }

    @Test
    void nineMoreTriesSpreadOverThreeDays() {
        var total = Duration.ZERO;
        for (var tries = 1; tries <= 9; tries++) {
            total = total.plus(wait(tries));
        }

        assertThat(wait(1)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6));
        assertThat(wait(9)).isBetween(Duration.ofHours(24), Duration.ofMinutes(24 * 60 * 6 / 5));
        assertThat(total).isBetween(Duration.ofHours(75), Duration.ofHours(91));
        assertThat(RetrySchedule.waitAfter(10, Optional.empty(), random)).isEmpty();
    }

    @Test
    void notAllComeAtTheSameMoment() {
        assertThat(wait(3)).isNotEqualTo(wait(3));
    }

    @Test
    void aReceiverMayAskForMoreButNotForLessAndNotForWeeks() {
        assertThat(waitAsked(1, Duration.ofMinutes(2))).isGreaterThanOrEqualTo(Duration.ofMinutes(2));
        assertThat(waitAsked(2, Duration.ofSeconds(1))).isGreaterThanOrEqualTo(Duration.ofMinutes(5));
        assertThat(waitAsked(1, Duration.ofDays(400))).isLessThan(Duration.ofHours(25));
        assertThat(RetrySchedule.waitAfter(10, Optional.of(Duration.ofMinutes(1)), random))
                .isEmpty();
    }
}
