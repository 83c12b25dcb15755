package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.TokenPair;
import io.xtokenkeeper.vault.AppState.Pause;
import io.xtokenkeeper.vault.TestVault;
import io.xtokenkeeper.x.TokenAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrakeTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final Instant MINUTE_LATER = NOW.plusSeconds(60);
    private static final TokenAnswer REFUSED_APP = new TokenAnswer.AppRefused("wrong secret");
    private static final TokenAnswer LIMITED = new TokenAnswer.Later("slow", Optional.of(NOW.plusSeconds(900)), true);
    private static final TokenAnswer BUSY = new TokenAnswer.Later("busy", Optional.of(NOW.plusSeconds(900)), false);
    private static final TokenAnswer GRANTED = new TokenAnswer.Granted(
            new TokenPair(AccessToken.of("a"), Optional.empty(), Optional.empty(), NOW, Duration.ofHours(2)));

    private final Brake brake = new Brake(TestVault.over(Databases.away()).appState(), event -> {});

    /** X took the app and its rate: whatever it said of the grant, others may go on. */
    static List<TokenAnswer> taken() {
        return List.of(GRANTED, new TokenAnswer.GrantDead("gone"), new TokenAnswer.Refused(404, "bug"));
    }

    /** These say nothing of the app as a whole. */
    static List<TokenAnswer> indifferent() {
        return List.of(BUSY, new TokenAnswer.Unknown("no answer"));
    }

    @Test
    void everybodyGoesWhereNothingIsWrong() {
        assertThat(brake.admit(64, NOW)).isEqualTo(64);
        assertThat(brake.admit(0, NOW)).isZero();
        assertThat(brake.holding(NOW)).isEmpty();
        assertThat(brake.trouble()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource({"taken", "indifferent"})
    void nothingOfOneAccountStopsTheOthers(TokenAnswer answer) {
        brake.heed(answer, NOW);
        assertThat(brake.admit(64, NOW)).isEqualTo(64);
        assertThat(brake.trouble()).isEmpty();
    }

    @Test
    void nobodyGoesForAMinuteWhereXRefusesTheApp() {
        brake.heed(REFUSED_APP, NOW);
        assertThat(brake.admit(64, NOW)).isZero();
        assertThat(brake.admit(1, MINUTE_LATER.minusMillis(1))).isZero();
        assertThat(brake.holding(NOW)).contains(new Pause(MINUTE_LATER, true, "wrong secret"));
        assertThat(brake.trouble()).contains(new Pause(MINUTE_LATER, true, "wrong secret"));
    }

    @Test
    void nobodyGoesUntilTheRateIsFreeAgain() {
        brake.heed(LIMITED, NOW);
        assertThat(brake.admit(64, NOW.plusSeconds(899))).isZero();
        assertThat(brake.holding(NOW)).contains(new Pause(NOW.plusSeconds(900), false, "slow"));
        assertThat(brake.admit(64, NOW.plusSeconds(900))).isEqualTo(1);
    }

    @Test
    void anUnsaidLimitIsTakenForAMinute() {
        brake.heed(new TokenAnswer.Later("slow", Optional.empty(), true), NOW);
        assertThat(brake.holding(NOW)).map(Pause::until).contains(MINUTE_LATER);
    }

    @Test
    void oneGoesFirstWhenThePauseIsOver() {
        brake.heed(REFUSED_APP, NOW);
        assertThat(brake.holding(MINUTE_LATER)).isEmpty();
        assertThat(brake.admit(0, MINUTE_LATER)).isZero();
        assertThat(brake.admit(64, MINUTE_LATER)).isEqualTo(1);
        assertThat(brake.admit(64, MINUTE_LATER.plusSeconds(3_600))).isZero();
        assertThat(brake.holding(MINUTE_LATER)).isPresent();
        assertThat(brake.trouble()).isPresent();
    }

    @ParameterizedTest
    @MethodSource("taken")
    void theRestFollowsIfXTakesIt(TokenAnswer answer) {
        brake.heed(REFUSED_APP, NOW);
        brake.admit(64, MINUTE_LATER);
        brake.heed(answer, MINUTE_LATER);
        assertThat(brake.admit(64, MINUTE_LATER)).isEqualTo(64);
        assertThat(brake.trouble()).isEmpty();
    }

    @Test
    void anotherPauseFollowsIfXRefusesIt() {
        brake.heed(REFUSED_APP, NOW);
        brake.admit(64, MINUTE_LATER);
        brake.heed(REFUSED_APP, MINUTE_LATER);
        assertThat(brake.admit(64, MINUTE_LATER.plusSeconds(59))).isZero();
        assertThat(brake.admit(64, MINUTE_LATER.plusSeconds(60))).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("indifferent")
    void anotherOneGoesFirstIfTheFirstLearnedNothing(TokenAnswer answer) {
        brake.heed(REFUSED_APP, NOW);
        brake.admit(64, MINUTE_LATER);
        brake.heed(answer, MINUTE_LATER);
        assertThat(brake.admit(64, MINUTE_LATER)).isEqualTo(1);
    }

    @Test
    void anotherOneGoesFirstIfTheFirstFoundNothingToDo() {
        brake.heed(REFUSED_APP, NOW);
        brake.admit(64, MINUTE_LATER);
        brake.unused();
        assertThat(brake.admit(64, MINUTE_LATER)).isEqualTo(1);
    }

    @Test
    void aPauseIsNotCutShortByALimitThatEndsSooner() {
        brake.heed(LIMITED, NOW);
        brake.heed(new TokenAnswer.Later("slow", Optional.of(NOW.plusSeconds(5)), true), NOW);
        brake.heed(new TokenAnswer.Later("slow", Optional.empty(), true), NOW);
        assertThat(brake.admit(64, NOW.plusSeconds(899))).isZero();
    }

    @Test
    void aRefusedAppIsNotHiddenByALimit() {
        brake.heed(REFUSED_APP, NOW);
        brake.heed(new TokenAnswer.Later("slow", Optional.of(NOW.plusSeconds(5)), true), NOW);
        assertThat(brake.trouble())
                .hasValueSatisfying(pause -> assertThat(pause.appRefused()).isTrue());
    }
}
