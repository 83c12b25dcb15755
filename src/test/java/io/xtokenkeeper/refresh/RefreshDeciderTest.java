package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.xtokenkeeper.account.LastError;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.xapi.TokenEndpointResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshDeciderTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final AccountId ID = new AccountId("2244994945");
    private static final RefreshToken SPENT = RefreshToken.of("spent");
    private static final long FENCE = 7;

    private final RefreshDecider decider = new RefreshDecider(
            TestVault.over(Databases.away()).refreshResultRepository(),
            new RefreshPolicy(RefreshPolicy.Mode.EAGER, Duration.ofMinutes(15), Duration.ofDays(30)));

    private static ClaimedAccount claimed(int failures, boolean unanswered) {
        return new ClaimedAccount(
                ID, FENCE, SPENT, SPENT.fingerprint(), Scopes.of("a"), failures, unanswered, true, false, 0);
    }

    private static TokenPair pair(Optional<RefreshToken> refresh) {
        return new TokenPair(
                AccessToken.of("new-access"), refresh, Optional.of(Scopes.of("a b")), NOW, Duration.ofHours(2));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPairIsARotationOfTheTokenThatWasSpent(boolean unanswered) {
        var young = RefreshToken.of("young");
        var result = decider.decide(
                claimed(3, unanswered),
                new TokenEndpointResult.Granted(pair(Optional.of(young))),
                false,
                NOW.plusSeconds(1));

        assertThat(result).isInstanceOfSatisfying(RefreshResult.Rotated.class, rotated -> {
            assertThat(rotated.id()).isEqualTo(ID);
            assertThat(rotated.spent()).isEqualTo(SPENT.fingerprint());
            assertThat(rotated.current()).isEqualTo(young.fingerprint());
            assertThat(rotated.refreshToken()).isPresent();
            assertThat(rotated.scope()).contains(Scopes.of("a b"));
            assertThat(rotated.access()).hasValueSatisfying(access -> {
                assertThat(access.issuedAt()).isEqualTo(NOW);
                assertThat(access.expiresAt()).isEqualTo(NOW.plus(Duration.ofHours(2)));
            });
            assertThat(rotated.problem()).isEmpty();
            assertThat(rotated.nextRefreshAt())
                    .isBetween(NOW.plus(Duration.ofMinutes(100)), NOW.plus(Duration.ofMinutes(105)));
        });
    }

    @Test
    void aPairWithoutARefreshTokenLeavesTheOneThatWasSent() {
        var result =
                decider.decide(claimed(0, false), new TokenEndpointResult.Granted(pair(Optional.empty())), false, NOW);
        assertThat(result).isInstanceOfSatisfying(RefreshResult.Rotated.class, rotated -> {
            assertThat(rotated.current()).isEqualTo(SPENT.fingerprint());
            assertThat(rotated.refreshToken()).isEmpty();
        });
    }

    @Test
    void onlyXsWordThatTheGrantIsOverEndsIt() {
        assertThat(decider.decide(claimed(0, false), new TokenEndpointResult.GrantRevoked("gone"), false, NOW))
                .isEqualTo(new RefreshResult.Revoked(
                        ID, FENCE, LossReason.REJECTED_BY_X, new LastError("REJECTED_BY_X", "gone", NOW)));
    }

    @Test
    void aGrantThatIsOverAfterAnAnswerThatNeverCameWasLostInFlight() {
        assertThat(decider.decide(claimed(1, true), new TokenEndpointResult.GrantRevoked("gone"), false, NOW))
                .isEqualTo(new RefreshResult.Revoked(
                        ID, FENCE, LossReason.LOST_IN_FLIGHT, new LastError("LOST_IN_FLIGHT", "gone", NOW)));
    }

    /** Result at X, reason, minimum and maximum back-off in seconds, whether the refresh token may be spent. */
    static List<Arguments> postponed() {
        return List.of(
                arguments(new TokenEndpointResult.AppRejected("h"), "APP_REFUSED", 1, 10, false),
                arguments(new TokenEndpointResult.NotFromX("h"), "NOT_FROM_X", 1, 10, false),
                arguments(
                        new TokenEndpointResult.Later("h", Optional.of(NOW.plusSeconds(900)), true),
                        "X_BUSY",
                        1,
                        10,
                        false),
                arguments(new TokenEndpointResult.Later("h", Optional.empty(), false), "X_BUSY", 1, 10, false),
                arguments(
                        new TokenEndpointResult.Later("h", Optional.of(NOW.plusSeconds(80_000)), false),
                        "X_BUSY",
                        901,
                        910,
                        false),
                arguments(new TokenEndpointResult.Unknown("h"), "NO_ANSWER", 5, 10, true),
                arguments(new TokenEndpointResult.Unreadable("h"), "NO_ANSWER", 5, 10, true),
                arguments(new TokenEndpointResult.Refused(404, "h"), "X_REFUSED_REQUEST", 300, 300, false));
    }

    @ParameterizedTest
    @MethodSource("postponed")
    void anythingElseKeepsTheGrant(TokenEndpointResult answer, String reason, int from, int to, boolean mayBeSpent) {
        var result = decider.decide(claimed(0, false), answer, false, NOW);
        assertThat(result).isInstanceOfSatisfying(RefreshResult.Postponed.class, postponed -> {
            assertThat(postponed.id()).isEqualTo(ID);
            assertThat(postponed.fence()).isEqualTo(FENCE);
            assertThat(postponed.error()).isEqualTo(new LastError(reason, "h", NOW));
            assertThat(postponed.until()).isBetween(NOW.plusSeconds(from), NOW.plusSeconds(to));
            assertThat(postponed.mayBeSpent()).isEqualTo(mayBeSpent);
        });
    }

    @ParameterizedTest
    @MethodSource("postponed")
    void whatWentUnansweredOnceStaysSo(TokenEndpointResult answer) {
        var result = decider.decide(claimed(1, true), answer, false, NOW);
        assertThat(result)
                .isInstanceOfSatisfying(
                        RefreshResult.Postponed.class,
                        postponed -> assertThat(postponed.mayBeSpent()).isTrue());
    }

    @Test
    void waitsGrowWithTheFailures() {
        var waits = new java.util.TreeSet<Instant>();
        for (var i = 0; i < 100; i++) {
            waits.add(((RefreshResult.Postponed)
                            decider.decide(claimed(6, false), new TokenEndpointResult.Unknown("h"), false, NOW))
                    .until());
        }
        assertThat(waits.last()).isBetween(NOW.plusSeconds(200), NOW.plusSeconds(600));
    }

    @Test
    void aRefreshTokenWithoutAnAccessTokenIsKept() {
        var next = RefreshToken.of("next");
        var result = decider.decide(
                claimed(0, false), new TokenEndpointResult.RefreshTokenOnly(next, Optional.empty(), "h"), false, NOW);
        assertThat(result).isInstanceOfSatisfying(RefreshResult.Rotated.class, rotated -> {
            assertThat(rotated.spent()).isEqualTo(SPENT.fingerprint());
            assertThat(rotated.current()).isEqualTo(next.fingerprint());
            assertThat(rotated.access()).isEmpty();
            assertThat(rotated.problem()).contains(new LastError("NO_ACCESS_TOKEN", "h", NOW));
        });
    }

    @ParameterizedTest
    @CsvSource({"0, 60, 90", "1, 60, 360", "3, 60, 5760", "20, 60, 86400"})
    void aGrantThatXRejectsForItsOwnSakeRestsLongerEachTime(int failures, int from, int to) {
        var result = decider.decide(claimed(failures, false), new TokenEndpointResult.AppRejected("h"), true, NOW);
        assertThat(result).isInstanceOfSatisfying(RefreshResult.Postponed.class, postponed -> {
            assertThat(postponed.error().reason()).isEqualTo("GRANT_REJECTED");
            assertThat(postponed.until()).isBetween(NOW.plusSeconds(from), NOW.plusSeconds(to));
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"GRANT_REJECTED", "NO_ACCESS_TOKEN"})
    void everyReasonIsUsed(Reason reason) {
        assertThat(postponed()).anySatisfy(row -> assertThat(row.get()[1]).isEqualTo(reason.name()));
    }
}
