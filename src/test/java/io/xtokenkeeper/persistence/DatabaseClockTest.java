package io.xtokenkeeper.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DatabaseClockTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final AtomicReference<Instant> host = new AtomicReference<>(NOON);
    private final DatabaseClock clock = new DatabaseClock(host::get);

    private void sample(Instant time, Duration roundTrip) {
        var halfway = System.nanoTime();
        var half = roundTrip.toNanos() / 2;
        clock.sample(time, halfway - half, halfway + half);
    }

    private void assertReads(Instant time) {
        assertThat(clock.instant()).isCloseTo(time, within(500, ChronoUnit.MILLIS));
    }

    @Test
    void beforeTheFirstSampleItIsTheHosts() {
        assertThat(clock.instant()).isEqualTo(NOON);
        assertThat(clock.state()).isEqualTo("in step");
    }

    @Test
    void aHostThatIsSetChangesNothingButWhatIsSaid() {
        sample(NOON, Duration.ofMillis(1));
        host.set(NOON.plus(3, ChronoUnit.HOURS));
        assertReads(NOON);
        assertThat(clock.state()).isEqualTo("this host's clock is 10800 s ahead of the database's");
        host.set(NOON.minus(3, ChronoUnit.HOURS));
        assertReads(NOON);
        assertThat(clock.state()).isEqualTo("this host's clock is 10800 s behind the database's");
        assertThat(clock.hostAhead().orElseThrow()).isNegative();
        host.set(NOON.plusSeconds(1));
        assertThat(clock.hostAhead()).isEmpty();
    }

    @Test
    void timeGoesOnBetweenSamples() throws InterruptedException {
        sample(NOON, Duration.ofMillis(1));
        var before = clock.instant();
        Thread.sleep(20);
        assertThat(Duration.between(before, clock.instant())).isBetween(Duration.ofMillis(20), Duration.ofSeconds(5));
    }

    @Test
    void aDatabaseThatIsSetIsFollowed() {
        sample(NOON, Duration.ofMillis(1));
        sample(NOON.plusSeconds(60), Duration.ofMillis(1));
        assertReads(NOON.plusSeconds(60));
        assertThat(clock.state()).isEqualTo("this host's clock is 60 s behind the database's");
    }

    @Test
    void anAnswerThatTookLongProvesNothing() {
        sample(NOON, Duration.ofMillis(1_002));
        sample(NOON.plusSeconds(60), Duration.ofMillis(1_002));
        assertThat(clock.instant()).as("still the host's").isEqualTo(NOON);
    }

    @Test
    void timeDoesNotRunBackwardsForTheRoundTripsOfSamples() {
        sample(NOON, Duration.ofMillis(1));
        var before = clock.instant();
        // 400 ms earlier, and wrong by up to 450 ms
        sample(NOON.minusMillis(400), Duration.ofMillis(900));
        assertThat(clock.instant()).isAfterOrEqualTo(before);
        sample(NOON.minusMillis(2_000), Duration.ofMillis(1));
        assertThat(clock.instant()).isBefore(before);
    }
}
