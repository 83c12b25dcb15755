package io.xtokenkeeper.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultConfig;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The call log records what happened. */
class CallLogTest {
    private static final String ADA = "1815121001";
    private static final String GRACE = "1906120902";

    private final MutableClock clock = new MutableClock();
    private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withClock(clock));
    private final App app = App.of(sandbox);
    private final CallLog ledger = sandbox.ledger();

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void callsByEndpointAndOutcome() {
        Heard pair = app.exchange(app.code(ADA));
        app.exchange("nonsense");
        app.refresh(pair.text("refresh_token"));
        app.refresh("nonsense");
        app.as(SandboxOptions.CLIENT_ID, "wrong").refresh("nonsense");
        app.token();
        app.me(pair.text("access_token"));
        app.me("nonsense");
        app.revoke("token", "nonsense", "token_type_hint", "refresh_token");
        app.get("/2/echo", pair.text("access_token"));
        assertThat(ledger.calls())
                .isEqualTo(Map.of(
                        Endpoint.AUTHORIZE, Map.of("shown", 1L, "allowed", 1L),
                        Endpoint.CODE, Map.of("ok", 1L, "code_invalid", 1L),
                        Endpoint.REFRESH, Map.of("ok", 1L, "token_invalid", 1L, "no_authorization", 1L),
                        Endpoint.TOKEN, Map.of("missing_grant_type", 1L),
                        Endpoint.ME, Map.of("ok", 1L, "unauthorized", 1L),
                        Endpoint.REVOKE, Map.of("ok", 1L),
                        Endpoint.API, Map.of("ok", 1L)));
        assertThat(ledger.totalCalls()).isEqualTo(12);
        assertThat(ledger.calls(Endpoint.REFRESH)).isEqualTo(3);
        assertThat(ledger.calls(Endpoint.REFRESH, "ok")).isEqualTo(1);
    }

    @Test
    void refreshesByPersonAcrossTheirGrants() {
        app.refresh(app.refresh(sandbox.issueGrant(ADA).refreshToken()).text("refresh_token"));
        app.refresh(sandbox.issueGrant(ADA).refreshToken());
        sandbox.issueGrant(GRACE);
        assertThat(ledger.refreshes(ADA)).isEqualTo(3);
        assertThat(ledger.refreshes(GRACE)).isZero();
        assertThat(ledger.refreshes()).isEqualTo(Map.of(ADA, 3L));
        assertThat(ledger.totalRefreshes()).isEqualTo(3);
    }

    @Test
    void doubleSpendsNameThePerson() {
        String spent = sandbox.issueGrant(ADA).refreshToken();
        app.refresh(app.refresh(spent).text("refresh_token"));
        assertThat(ledger.doubleSpends()).isZero();
        app.refresh(spent);
        app.refresh(spent);
        assertThat(ledger.doubleSpends()).isEqualTo(2);
        assertThat(ledger.doubleSpendsByUser()).isEqualTo(Map.of(ADA, 2L));
        assertThat(ledger.excusedDoubleSpends()).isZero();
    }

    @Test
    void deadTokensAreNoDoubleSpends() {
        String token = sandbox.issueGrant(ADA).refreshToken();
        sandbox.revokeAtX(ADA);
        app.refresh(token);
        app.refresh(token);
        assertThat(ledger.doubleSpends()).isZero();
    }

    @Test
    void spentTokenOfAnEndedGrantIsADoubleSpend() {
        String spent = sandbox.issueGrant(ADA).refreshToken();
        app.refresh(spent);
        sandbox.issueGrant(ADA);
        app.refresh(spent);
        assertThat(ledger.doubleSpendsByUser()).containsEntry(ADA, 1L);
    }

    @Test
    void lostAnswerExcusesOneTokenOnly() {
        sandbox.update(switches -> switches.withFault(Endpoint.REFRESH, FaultRule.once(Fault.EMPTY)));
        SeededGrant lost = sandbox.issueGrant(ADA);
        app.refresh(lost.refreshToken());
        String heard = sandbox.issueGrant(GRACE).refreshToken();
        app.refresh(heard);
        app.refresh(heard);
        assertThat(ledger.doubleSpends()).isEqualTo(1);
        assertThat(ledger.excusedDoubleSpends()).isZero();
        app.refresh(lost.refreshToken());
        assertThat(ledger.excusedDoubleSpends()).isEqualTo(1);
        assertThat(ledger.lostAnswersByUser()).isEqualTo(Map.of(ADA, 1L));
    }

    @Test
    void lostAnswerExcusesNoEarlierToken() {
        String first = sandbox.issueGrant(ADA).refreshToken();
        String second = app.refresh(first).text("refresh_token");
        sandbox.update(switches -> switches.withFault(Endpoint.REFRESH, FaultRule.once(Fault.EMPTY)));
        app.refresh(second);
        app.refresh(first);
        assertThat(ledger.doubleSpends()).isEqualTo(1);
        assertThat(ledger.excusedDoubleSpends()).isZero();
    }

    @Test
    void lostAnswerExcusesNoLaterToken() {
        sandbox.update(switches ->
                switches.withGrace(Duration.ofSeconds(30)).withFault(Endpoint.REFRESH, FaultRule.once(Fault.EMPTY)));
        String first = sandbox.issueGrant(ADA).refreshToken();
        app.refresh(first);
        String second = app.refresh(first).text("refresh_token");
        assertThat(ledger.excusedDoubleSpends()).isEqualTo(1);
        app.refresh(second);
        app.refresh(second);
        assertThat(ledger.doubleSpends()).isEqualTo(2);
        assertThat(ledger.excusedDoubleSpends()).isEqualTo(1);
    }

    @Test
    void knowsWhatIsLive() {
        SeededGrant grant = sandbox.issueGrant(ADA);
        assertThat(ledger.isLive(grant.refreshToken())).isTrue();
        assertThat(ledger.isLive(grant.accessToken())).isTrue();
        assertThat(ledger.isLive("nonsense")).isFalse();
        Heard next = app.refresh(grant.refreshToken());
        assertThat(ledger.isLive(grant.refreshToken())).isFalse();
        assertThat(ledger.isLive(next.text("refresh_token"))).isTrue();
        clock.turn(Duration.ofHours(2));
        assertThat(ledger.isLive(grant.accessToken())).isFalse();
        clock.turn(Duration.ofDays(182));
        assertThat(ledger.isLive(next.text("refresh_token"))).isFalse();
    }

    @Test
    void countsLiveGrants() {
        sandbox.seed(3);
        sandbox.issueGrant(ADA, "tweet.read users.read");
        assertThat(ledger.liveGrants()).isEqualTo(4);
        assertThat(ledger.liveGrants("1000000002")).isEqualTo(1);
        assertThat(sandbox.revokeAtX("1000000002")).isEqualTo(1);
        assertThat(ledger.liveGrants("1000000002")).isZero();
        assertThat(ledger.liveGrants()).isEqualTo(3);
        clock.turn(Duration.ofHours(2));
        assertThat(ledger.liveGrants(ADA)).isZero();
        assertThat(ledger.liveGrants()).isEqualTo(2);
    }

    @Test
    void countsCallsThatWereOpenAtOnce() {
        sandbox.update(switches -> switches.withLatency(Duration.ofMillis(300)));
        sandbox.seed(5).stream()
                .map(grant -> CompletableFuture.supplyAsync(() -> app.refresh(grant.refreshToken())))
                .toList()
                .forEach(CompletableFuture::join);
        assertThat(ledger.maxConcurrentTokenCalls()).isBetween(2, 5);
        sandbox.update(switches -> switches.withLatency(Duration.ZERO));
        app.refresh("nonsense");
        assertThat(ledger.openTokenCalls()).isZero();
    }

    @Test
    void logTellsTheHistoryOfAUser() {
        sandbox.update(switches -> switches.withLogCalls(true)
                .withFault(Endpoint.REFRESH, FaultRule.once(Fault.EMPTY).forUsers(ADA)));
        SeededGrant grant = sandbox.issueGrant(ADA);
        clock.turn(Duration.ofSeconds(5));
        app.refresh(grant.refreshToken());
        sandbox.revokeAtX(ADA);
        Heard grace = app.refresh(sandbox.issueGrant(GRACE).refreshToken());

        assertThat(ledger.log(ADA))
                .extracting(LoggedCall::endpoint, LoggedCall::outcome, LoggedCall::end)
                .containsExactly(
                        tuple(Endpoint.AUTHORIZE, "seeded", LoggedCall.End.ANSWERED),
                        tuple(Endpoint.REFRESH, "empty", LoggedCall.End.LOST),
                        tuple(Endpoint.AUTHORIZE, "revoked_at_x", LoggedCall.End.ANSWERED));
        LoggedCall lost = ledger.log(ADA).get(1);
        assertThat(lost.host()).isEqualTo("127.0.0.1");
        assertThat(lost.presented()).isEqualTo(CallLog.fingerprint(grant.refreshToken()));
        assertThat(lost.arrived()).isEqualTo(clock.instant().truncatedTo(ChronoUnit.MILLIS));
        assertThat(lost.issued()
                        .orElseThrow()
                        .after(ledger.log(ADA).getFirst().issued().orElseThrow()))
                .isTrue();
        assertThat(ledger.lostAnswers(ADA)).containsExactly(lost);
        assertThat(ledger.lostAnswers(GRACE)).isEmpty();
        // recorded after the response was written
        await("the end of the call")
                .atMost(Duration.ofSeconds(10))
                .until(() -> ledger.log(GRACE).getLast().end() == LoggedCall.End.ANSWERED);
        LoggedCall whole = ledger.log(GRACE).getLast();
        assertThat(whole.issued().orElseThrow().refresh()).isEqualTo(CallLog.fingerprint(grace.text("refresh_token")));
        assertThat(app.get("/sandbox/users/" + GRACE, "").json().path("log").size())
                .isEqualTo(2);
    }

    @Test
    void logNamesCallersWhoWentBeforeTheAnswer() {
        sandbox.update(switches -> switches.withLogCalls(true).withLatency(Duration.ofSeconds(2)));
        App impatient = app.waiting(Duration.ofMillis(200));
        String code = app.code(ADA);
        assertThatExceptionOfType(App.Unheard.class).isThrownBy(() -> impatient.exchange(code));
        App.pause(Duration.ofMillis(300));
        assertThat(ledger.lostAnswers(ADA)).singleElement().satisfies(lost -> {
            assertThat(lost.endpoint()).isEqualTo(Endpoint.CODE);
            assertThat(lost.end()).isEqualTo(LoggedCall.End.CALLER_GONE);
        });
        assertThat(ledger.lostAnswers()).as("rotations alone").isZero();
    }

    @Test
    void nothingIsLoggedUnlessAskedFor() {
        SeededGrant grant = sandbox.issueGrant(ADA);
        app.refresh(grant.refreshToken());
        assertThat(ledger.log(ADA)).isEmpty();
        assertThat(ledger.replacedAt(grant.accessToken())).isEmpty();
    }

    @Test
    void knowsWhenAnAccessTokenWasReplaced() {
        sandbox.update(switches -> switches.withLogCalls(true));
        SeededGrant grant = sandbox.issueGrant(ADA);
        clock.turn(Duration.ofSeconds(5));
        Instant rotated = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String second = app.refresh(grant.refreshToken()).text("access_token");
        clock.turn(Duration.ofSeconds(5));
        assertThat(ledger.replacedAt(grant.accessToken())).contains(rotated);
        assertThat(ledger.replacedAt(second)).isEmpty();
        sandbox.issueGrant(ADA);
        assertThat(ledger.replacedAt(second)).contains(rotated.plusSeconds(5));
        assertThat(ledger.replacedAt("nonsense")).isEmpty();
    }

    @Test
    void resetForgetsEverything() {
        SeededGrant grant = sandbox.issueGrant(ADA);
        String code = app.code(GRACE);
        app.refresh(grant.refreshToken());
        app.refresh(grant.refreshToken());
        sandbox.update(switches -> switches.withReplayKillsFamily(true).withFault(Endpoint.ME, Fault.ERROR_500));
        sandbox.reset();
        assertThat(sandbox.switches()).isEqualTo(FaultConfig.defaults());
        assertThat(ledger.totalCalls()).isZero();
        assertThat(ledger.doubleSpends()).isZero();
        assertThat(ledger.liveGrants()).isZero();
        sandbox.issueGrant(ADA);
        assertThat(app.me(grant.accessToken()).status()).isEqualTo(401);
        assertThat(app.exchange(code).status()).isEqualTo(400);
    }
}
