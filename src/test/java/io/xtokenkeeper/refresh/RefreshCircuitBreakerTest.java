package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.refresh.AppState.Pause;
import io.xtokenkeeper.refresh.AppState.Pause.Kind;
import io.xtokenkeeper.refresh.RefreshCircuitBreaker.Admission;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.xapi.TokenEndpointResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RefreshCircuitBreakerTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final AccountId GOOD = new AccountId("1");
    private static final AccountId OTHER = new AccountId("2");
    private static final AccountId THIRD = new AccountId("3");
    private static final TokenEndpointResult REJECTED = new TokenEndpointResult.AppRejected("invalid_client");
    private static final TokenEndpointResult LIMITED =
            new TokenEndpointResult.Later("slow", Optional.of(NOW.plus(Duration.ofHours(20))), true);
    private static final TokenEndpointResult GRANTED = new TokenEndpointResult.Granted(
            new TokenPair(AccessToken.of("a"), Optional.empty(), Optional.empty(), NOW, Duration.ofHours(2)));
    private static final TokenEndpointResult PAGE = new TokenEndpointResult.NotFromX("HTTP 403 with a web page");

    private final AtomicInteger investigations = new AtomicInteger();
    private final RefreshCircuitBreaker breaker = new RefreshCircuitBreaker(
            TestVault.over(Databases.away()).appState(),
            event -> {},
            new RefreshSettings(
                    Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(20), 64, OptionalInt.empty()));

    RefreshCircuitBreakerTest() {
        breaker.onSuspicion(investigations::incrementAndGet);
    }

    private CompletableFuture<Boolean> answer(AccountId id, TokenEndpointResult answer) {
        return breaker.onAnswer(id, answer, false, true, System.nanoTime(), NOW);
    }

    private CompletableFuture<Boolean> probe(AccountId id, TokenEndpointResult answer, boolean proven) {
        return breaker.onAnswer(id, answer, true, proven, System.nanoTime(), NOW);
    }

    private boolean isFree() {
        return breaker.admit(NOW) instanceof Admission.Free;
    }

    private void open(TokenEndpointResult answer) {
        answer(OTHER, answer).isDone();
        assertThat(breaker.wantsProbe(NOW)).isTrue();
        probe(GOOD, answer, true).isDone();
    }

    static List<TokenEndpointResult> rejections() {
        return List.of(REJECTED, LIMITED);
    }

    /** Results that concern one account alone, or no account. */
    static Stream<TokenEndpointResult> harmless() {
        return Stream.of(
                GRANTED,
                new TokenEndpointResult.GrantRevoked("gone"),
                new TokenEndpointResult.Refused(404, "bug"),
                new TokenEndpointResult.Unknown("no answer"),
                new TokenEndpointResult.Later("busy", Optional.empty(), false));
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void nothingOfOneAccountStopsTheOthers(TokenEndpointResult answer) {
        for (var i = 0; i < 10; i++) {
            assertThat(answer(OTHER, answer)).isCompletedWithValue(false);
        }
        assertThat(isFree()).isTrue();
        assertThat(breaker.currentPause()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rejections")
    void aRejectionThatAProbeDoesNotGetIsTheGrantsOwn(TokenEndpointResult rejection) {
        var own = answer(OTHER, rejection);
        assertThat(own).isNotDone();
        assertThat(isFree()).as("nothing starts while it is not known").isFalse();
        assertThat(investigations).hasValue(1);
        assertThat(breaker.wantsProbe(NOW)).isTrue();
        assertThat(breaker.wantsProbe(NOW)).as("one at a time").isFalse();

        probe(GOOD, GRANTED, true).isDone();

        assertThat(own).isCompletedWithValue(true);
        assertThat(isFree()).isTrue();
        assertThat(breaker.currentPause()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rejections")
    void aRejectionThatAProbeGetsTooPausesEverything(TokenEndpointResult rejection) {
        var own = answer(OTHER, rejection);
        var another = answer(THIRD, rejection);
        breaker.wantsProbe(NOW);

        assertThat(probe(GOOD, rejection, true)).isCompletedWithValue(false);

        assertThat(own).isCompletedWithValue(false);
        assertThat(another).isCompletedWithValue(false);
        assertThat(breaker.admit(NOW)).isInstanceOf(Admission.Held.class);
        assertThat(breaker.currentPause()).map(Pause::until).contains(NOW.plusSeconds(60));
    }

    @Test
    void aProbeOfAGrantThatXNeverAcceptedProvesNothing() {
        var own = answer(OTHER, REJECTED);
        breaker.wantsProbe(NOW);
        probe(THIRD, REJECTED, false).isDone();
        assertThat(own).isNotDone();
        assertThat(breaker.rejected()).containsExactlyInAnyOrder(OTHER, THIRD);

        assertThat(breaker.wantsProbe(NOW.plusSeconds(1))).as("the next one").isTrue();
        probe(GOOD, GRANTED, false).isDone();
        assertThat(own).isCompletedWithValue(true);
    }

    /** X may have rejected the app since. */
    @Test
    void aCallThatWasSentBeforeTheRejectionDecidesNothing() {
        var sent = System.nanoTime();
        var own = answer(OTHER, REJECTED);
        breaker.onAnswer(THIRD, GRANTED, false, true, sent, NOW).isDone();
        assertThat(own).isNotDone();

        breaker.wantsProbe(NOW);
        probe(GOOD, REJECTED, true).isDone();
        assertThat(own).isCompletedWithValue(false);
    }

    @Test
    void aSuspicionThatNothingDecidesBecomesAPause() {
        var own = answer(OTHER, REJECTED);
        breaker.wantsProbe(NOW);
        probe(GOOD, new TokenEndpointResult.Unknown("no answer"), true).isDone();
        assertThat(own).isNotDone();

        assertThat(breaker.wantsProbe(NOW.plusSeconds(15))).isFalse();
        assertThat(own).isCompletedWithValue(false);
        assertThat(breaker.currentPause()).map(Pause::kind).contains(Kind.APP_REJECTED);
    }

    @Test
    void aSuspicionWithoutAnAccountToProbeBecomesAPause() {
        var own = answer(OTHER, REJECTED);
        breaker.noProbe(NOW);
        assertThat(own).isCompletedWithValue(false);
        assertThat(breaker.currentPause()).isPresent();
    }

    @Test
    void aPauseEndsWithAProbeThatXAccepts() {
        open(REJECTED);
        assertThat(breaker.admit(NOW.plusSeconds(59))).isInstanceOf(Admission.Held.class);
        assertThat(breaker.admit(NOW.plusSeconds(60))).isInstanceOf(Admission.ProbeDue.class);

        probe(GOOD, GRANTED, true).isDone();
        assertThat(isFree()).isTrue();
        assertThat(breaker.acceptedLast()).contains(GOOD);
    }

    @Test
    void aPauseDoesNotEndWithACallThatWasSentBeforeIt() {
        var sent = System.nanoTime();
        open(LIMITED);
        breaker.onAnswer(THIRD, GRANTED, false, true, sent, NOW).isDone();
        assertThat(breaker.currentPause()).isPresent();
    }

    @ParameterizedTest
    @MethodSource("rejections")
    void neitherAPageNorAnUnreadableAnswerEndsAPause(TokenEndpointResult rejection) {
        open(rejection);
        for (var answer :
                List.of(PAGE, new TokenEndpointResult.Unreadable("?"), new TokenEndpointResult.Refused(400, "bug"))) {
            probe(GOOD, answer, true).isDone();
            assertThat(breaker.currentPause()).isPresent();
        }
    }

    @Test
    void aFewAnswersInARowThatAreNotXsPauseEverything() {
        answer(GOOD, PAGE).isDone();
        answer(OTHER, new TokenEndpointResult.Unreadable("HTTP 200")).isDone();
        assertThat(isFree()).isTrue();
        answer(GOOD, GRANTED).isDone();
        answer(THIRD, PAGE).isDone();
        answer(
                        OTHER,
                        new TokenEndpointResult.RefreshTokenOnly(
                                RefreshToken.of("r"), Optional.empty(), "no access token"))
                .isDone();
        assertThat(isFree()).as("not in a row").isTrue();

        answer(GOOD, PAGE).isDone();
        assertThat(breaker.currentPause()).map(Pause::kind).contains(Kind.NOT_FROM_X);
        assertThat(breaker.currentPause()).map(Pause::until).contains(NOW.plusSeconds(10));
    }

    @Test
    void aLimitThatEndsSoonerIsBelieved() {
        answer(OTHER, LIMITED).isDone();
        breaker.wantsProbe(NOW);
        probe(GOOD, new TokenEndpointResult.Later("slow", Optional.of(NOW.plusSeconds(5)), true), true)
                .isDone();
        probe(GOOD, new TokenEndpointResult.Later("slow", Optional.of(NOW.plusSeconds(5)), true), true)
                .isDone();
        assertThat(breaker.currentPause()).map(Pause::until).contains(NOW.plusSeconds(5));
    }

    @Test
    void aRejectedAppIsNotHiddenByALimit() {
        open(LIMITED);
        probe(GOOD, REJECTED, true).isDone();
        assertThat(breaker.currentPause()).map(Pause::kind).contains(Kind.APP_REJECTED);
    }

    /** Such as that of a grant that X had rejected for itself before. */
    @Test
    void aRejectionDuringALimitThatNoProbeGotDoesNotBlameTheApp() {
        open(LIMITED);
        assertThat(answer(THIRD, REJECTED)).isCompletedWithValue(false);
        assertThat(breaker.currentPause()).map(Pause::kind).contains(Kind.RATE_LIMITED);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void probesComeAtGrowingIntervalsOfAQuarterOfAnHourAtMost(Kind kind) {
        var before = Duration.ZERO;
        for (var probes = 0; probes < 100; probes++) {
            var next = ProbeIntervals.next(kind, probes);
            assertThat(next).isBetween(before, Duration.ofMinutes(15)).isGreaterThan(Duration.ofSeconds(9));
            before = next;
        }
    }
}
