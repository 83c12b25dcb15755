package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.TokenPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefreshPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final RefreshPolicy EAGER =
            new RefreshPolicy(RefreshPolicy.Mode.EAGER, Duration.ofMinutes(15), Duration.ofDays(30));
    private static final RefreshPolicy LAZY =
            new RefreshPolicy(RefreshPolicy.Mode.LAZY, Duration.ofMinutes(15), Duration.ofDays(30));
    private static final RandomGenerator RANDOM = new Random(1);

    private static TokenPair pair(Duration lifetime) {
        return new TokenPair(AccessToken.of("a"), Optional.empty(), Optional.empty(), NOW, lifetime);
    }

    /** Returns a thousand samples of the time from now until the refresh is due, sorted. */
    private static List<Duration> thousand(java.util.function.Supplier<Instant> dueAt) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> Duration.between(NOW, dueAt.get()))
                .sorted()
                .toList();
    }

    private static void assertSpread(List<Duration> waits, Duration from, Duration to) {
        assertThat(waits).allSatisfy(wait -> assertThat(wait).isBetween(from, to));
        var span = to.minus(from);
        assertThat(waits.getFirst()).isLessThan(from.plus(span.dividedBy(20)));
        assertThat(waits.get(500))
                .isBetween(
                        from.plus(span.dividedBy(5).multipliedBy(2)),
                        to.minus(span.dividedBy(5).multipliedBy(2)));
        assertThat(waits.getLast()).isGreaterThan(to.minus(span.dividedBy(20)));
    }

    @Test
    void eagerRotatesWhenLessThanTheTimeAheadIsLeftAndAThirdOfItSooner() {
        var waits = thousand(() -> EAGER.dueAt(pair(Duration.ofHours(2)), RANDOM));
        assertSpread(waits, Duration.ofMinutes(100), Duration.ofMinutes(105));
    }

    @ParameterizedTest
    @CsvSource({"PT30M, PT10M, PT15M", "PT20M, PT6M40S, PT10M", "PT4S, PT1.333S, PT2S", "PT0.002S, PT0S, PT0.001S"})
    void pairsThatLiveShorterRotateAfterAtMostHalfOfTheirLife(Duration lifetime, Duration from, Duration to) {
        var waits = thousand(() -> EAGER.dueAt(pair(lifetime), RANDOM));
        assertThat(waits).allSatisfy(wait -> assertThat(wait).isBetween(from, to));
    }

    @Test
    void lazyRotatesWhenThePairIsAsOldAsTheKeepAliveAndUpToAThirdSooner() {
        var waits = thousand(() -> LAZY.dueAt(pair(Duration.ofHours(2)), RANDOM));
        assertSpread(waits, Duration.ofDays(20), Duration.ofDays(30));
    }

    @Test
    void whatIsTakenOverIsDueBeforeItsTokenEndsOrAtOnce() {
        assertThat(EAGER.importedDueAt(Optional.of(NOW.plusSeconds(7_200)), NOW, RANDOM))
                .isEqualTo(NOW.plusSeconds(6_300));
        assertThat(EAGER.importedDueAt(Optional.of(NOW.plusSeconds(900)), NOW, RANDOM))
                .isEqualTo(NOW);
        assertThat(EAGER.importedDueAt(Optional.of(NOW.minusSeconds(1)), NOW, RANDOM))
                .isEqualTo(NOW);
        assertThat(EAGER.importedDueAt(Optional.empty(), NOW, RANDOM)).isEqualTo(NOW);
    }

    /** A refresh token that is five and a half months old would expire within a keep-alive of 30 days. */
    @Test
    void importedGrantsAreRefreshedWithinADayInLazyMode() {
        var waits = thousand(() -> LAZY.importedDueAt(Optional.of(NOW.plusSeconds(60)), NOW, RANDOM));
        assertSpread(waits, Duration.ZERO, Duration.ofDays(1));

        var often = new RefreshPolicy(RefreshPolicy.Mode.LAZY, Duration.ofMinutes(15), Duration.ofHours(3));
        var sooner = thousand(() -> often.importedDueAt(Optional.empty(), NOW, RANDOM));
        assertSpread(sooner, Duration.ZERO, Duration.ofHours(3));
    }
}
