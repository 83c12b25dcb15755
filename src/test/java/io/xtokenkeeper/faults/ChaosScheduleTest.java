package io.xtokenkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The seed alone repeats a schedule. */
class ChaosScheduleTest {
    private static final Duration DURATION = Duration.ofMinutes(20);
    private static final Duration LEASE = Duration.ofSeconds(12);

    @Test
    void sameSeedSameSchedule() {
        var schedule = ChaosSchedule.of(1, DURATION, 3, LEASE);
        assertThat(ChaosSchedule.of(1, DURATION, 3, LEASE)).isEqualTo(schedule);
        assertThat(ChaosSchedule.of(2, DURATION, 3, LEASE)).isNotEqualTo(schedule);
        assertThat(schedule)
                .isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()))
                .allSatisfy(step -> assertThat(step.at()).isLessThan(DURATION));
    }

    @Test
    void everyKindOfFaultStrikesWithinTwentyMinutes() {
        var kinds = ChaosSchedule.of(1, DURATION, 3, LEASE).stream()
                .<Class<?>>map(step -> step.fault().getClass())
                .collect(Collectors.toSet());
        assertThat(kinds).isEqualTo(Set.of(ChaosFault.class.getPermittedSubclasses()));
    }
}
