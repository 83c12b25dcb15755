package io.xtokenkeeper.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each fault as an app observes it, over the socket. */
class FaultsTest {
    private static final String ADA = "1815121001";
    private static final String GRACE = "1906120902";

    private final MutableClock clock = new MutableClock();
    private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withClock(clock));
    private final App app = App.of(sandbox);
    private final SeededGrant grant = sandbox.issueGrant(ADA);

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @ParameterizedTest
    @CsvSource({
        "RATE_LIMITED_429, 429, rate_limited",
        "ERROR_500, 500, server_error",
        "ERROR_502, 502, server_error",
        "UNAVAILABLE_503, 503, temporarily_unavailable",
        "WRONG_SECRET, 401, unauthorized_client",
        "UNKNOWN_CLIENT, 400, invalid_client",
        "MISSING_PARAMETER, 400, invalid_request",
    })
    void refusesWithoutDoingTheWork(Fault fault, int status, String error) {
        atRefresh(FaultRule.once(fault));
        Heard heard = app.refresh(grant.refreshToken());
        assertThat(heard.status()).isEqualTo(status);
        assertThat(heard.text("error")).isEqualTo(error);
        assertThat(sandbox.ledger().calls(Endpoint.REFRESH, fault.word())).isEqualTo(1);
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(200);
    }

    @Test
    void rateLimitSaysUntilWhen() {
        atRefresh(FaultRule.always(Fault.RATE_LIMITED_429));
        Heard heard = app.refresh(grant.refreshToken());
        Instant reset = clock.instant().plus(Duration.ofMinutes(15));
        assertThat(heard.header("x-rate-limit-reset")).isEqualTo(Long.toString(reset.getEpochSecond()));
        assertThat(heard.header("x-rate-limit-remaining")).isEqualTo("0");
        assertThat(heard.header("Retry-After")).isEmpty();

        sandbox.update(
                switches -> switches.withRateLimitReset(Duration.ofSeconds(7)).withRetryAfter(Duration.ofSeconds(9)));
        Heard again = app.refresh(grant.refreshToken());
        assertThat(again.header("x-rate-limit-reset"))
                .isEqualTo(Long.toString(clock.instant().getEpochSecond() + 7));
        assertThat(again.header("Retry-After")).isEqualTo("9");
    }

    @Test
    void outageMaySayWhenToComeBack() {
        atRefresh(FaultRule.always(Fault.UNAVAILABLE_503));
        assertThat(app.refresh(grant.refreshToken()).header("Retry-After")).isEmpty();
        sandbox.update(switches -> switches.withRetryAfter(Duration.ofSeconds(3)));
        assertThat(app.refresh(grant.refreshToken()).header("Retry-After")).isEqualTo("3");
    }

    @ParameterizedTest
    @CsvSource({"HTML, 200", "HTML_403, 403", "HTML_502, 502", "HTML_504, 504"})
    void htmlInsteadOfTheWork(Fault fault, int status) {
        atRefresh(FaultRule.once(fault));
        Heard heard = app.refresh(grant.refreshToken());
        assertThat(heard.status()).isEqualTo(status);
        assertThat(heard.header("Content-Type")).startsWith("text/html");
        assertThat(heard.body()).startsWith("<!DOCTYPE html>");
        assertThat(sandbox.ledger().isLive(grant.refreshToken())).isTrue();
    }

    @Test
    void dropBeforeTheWork() {
        atRefresh(FaultRule.once(Fault.DROP_BEFORE));
        unheard(grant.refreshToken());
        assertThat(sandbox.ledger().isLive(grant.refreshToken())).isTrue();
        assertThat(sandbox.ledger().lostAnswers()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_AFTER", "HANG_AFTER", "BROKEN_JSON", "EMPTY", "HTML_504_AFTER"})
    void workDoneAndAnswerLost(Fault fault) {
        atRefresh(FaultRule.once(fault));
        switch (fault) {
            case DROP_AFTER -> unheard(grant.refreshToken());
            case HANG_AFTER -> timedOut(grant.refreshToken());
            case HTML_504_AFTER ->
                assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(504);
            default -> unusable(app.refresh(grant.refreshToken()));
        }
        assertThat(sandbox.ledger().isLive(grant.refreshToken())).isFalse();
        assertThat(sandbox.ledger().liveGrants(ADA)).isEqualTo(1);
        assertThat(sandbox.ledger().lostAnswersByUser()).containsEntry(ADA, 1L);

        assertThat(app.refresh(grant.refreshToken()).text("error_description"))
                .isEqualTo("Value passed for the token was invalid.");
        assertThat(sandbox.ledger().doubleSpends()).isEqualTo(1);
        assertThat(sandbox.ledger().excusedDoubleSpends()).isEqualTo(1);
    }

    @Test
    void hangDoesNothingAndEndsWhenTheCallerGoes() {
        atRefresh(FaultRule.once(Fault.HANG));
        timedOut(grant.refreshToken());
        assertThat(sandbox.ledger().isLive(grant.refreshToken())).isTrue();
        eventually(() -> sandbox.ledger().openTokenCalls() == 0);
    }

    @Test
    void slowAnswersLateAndGood() {
        atRefresh(FaultRule.once(Fault.SLOW).delayedBy(Duration.ofMillis(150)));
        long begin = System.nanoTime();
        Heard heard = app.refresh(grant.refreshToken());
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(149));
        assertThat(app.refresh(heard.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void slowBeforeTheWorkSpendsTheTokenLate() {
        atRefresh(FaultRule.once(Fault.SLOW_BEFORE).delayedBy(Duration.ofMillis(400)));
        var call = CompletableFuture.supplyAsync(() -> app.refresh(grant.refreshToken()));
        eventually(() -> sandbox.switches().faults().isEmpty());
        assertThat(sandbox.ledger().isLive(grant.refreshToken())).isTrue();
        assertThat(app.refresh(call.join().text("refresh_token")).status()).isEqualTo(200);
        assertThat(sandbox.ledger().calls(Endpoint.REFRESH, "slow_before")).isEqualTo(1);
    }

    @Test
    void slowBeforeTheWorkDoesItForACallerWhoHasGone() {
        atRefresh(FaultRule.once(Fault.SLOW_BEFORE).delayedBy(Duration.ofMillis(600)));
        timedOut(grant.refreshToken());
        assertThat(sandbox.ledger().refreshes(ADA)).isZero();
        eventually(() -> sandbox.ledger().refreshes(ADA) == 1);
        eventually(() -> sandbox.ledger().lostAnswers() == 1);
    }

    @Test
    void answersThatHttpAllowsAndNoParserExpects() throws IOException {
        atRefresh(
                FaultRule.once(Fault.BOM),
                FaultRule.once(Fault.ODD_CONTENT_TYPE),
                FaultRule.once(Fault.NO_TOKEN_TYPE),
                FaultRule.once(Fault.EMPTY_TOKEN_TYPE));
        String bom = app.refresh(grant.refreshToken()).body();
        assertThat(bom).startsWith("\uFEFF{");
        Heard odd = app.refresh(new Heard(200, bom.substring(1), null).text("refresh_token"));
        assertThat(odd.header("Content-Type")).isEqualTo("json");
        Heard untyped = app.refresh(odd.text("refresh_token"));
        assertThat(untyped.json().has("token_type")).isFalse();
        Heard empty = app.refresh(untyped.text("refresh_token"));
        assertThat(empty.text("token_type")).isEmpty();
        assertThat(app.refresh(empty.text("refresh_token")).status()).isEqualTo(200);
        assertThat(sandbox.ledger().lostAnswers()).isZero();
    }

    @Test
    void gzipsTheAnswer() throws IOException {
        atRefresh(FaultRule.once(Fault.GZIP));
        HttpRequest.Builder request = HttpRequest.newBuilder(sandbox.url().resolve("/2/oauth2/token"))
                .header("Authorization", app.authorization())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=refresh_token&refresh_token=" + grant.refreshToken()));
        HttpResponse<byte[]> response = app.exchangeBytes(request);
        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        String body = new String(
                new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes(), StandardCharsets.UTF_8);
        assertThat(app.refresh(new Heard(200, body, null).text("refresh_token")).status())
                .isEqualTo(200);
        assertThat(sandbox.ledger().lostAnswers()).isZero();
    }

    @Test
    void limitForOneUserWithAResetOfItsOwn() {
        String grace = sandbox.issueGrant(GRACE).refreshToken();
        atRefresh(FaultRule.always(Fault.RATE_LIMITED_429).forUsers(GRACE).resettingIn(Duration.ofHours(20)));
        assertThat(app.refresh(grace).header("x-rate-limit-reset"))
                .isEqualTo(
                        Long.toString(clock.instant().plus(Duration.ofHours(20)).getEpochSecond()));
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(200);
    }

    @Test
    void noRefreshTokenInTheAnswerAndTheOldOneStaysGood() {
        atRefresh(FaultRule.once(Fault.NO_REFRESH_TOKEN));
        Heard heard = app.refresh(grant.refreshToken());
        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.json().has("refresh_token")).isFalse();
        assertThat(heard.text("access_token")).isNotEqualTo(grant.accessToken());
        assertThat(app.me(heard.text("access_token")).status()).isEqualTo(200);
        assertThat(app.refresh(grant.refreshToken()).json().has("refresh_token"))
                .isTrue();
    }

    @Test
    void invalidGrantRenamesDeadTokensOnly() {
        atRefresh(FaultRule.once(Fault.INVALID_GRANT));
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(200);
        Heard dead = app.refresh(grant.refreshToken());
        assertThat(dead.status()).isEqualTo(400);
        assertThat(dead.text("error")).isEqualTo("invalid_grant");
        assertThat(app.refresh(grant.refreshToken()).text("error")).isEqualTo("invalid_request");
    }

    @Test
    void strikesAsOftenAsItWasTold() {
        atRefresh(FaultRule.times(Fault.ERROR_500, 2));
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(500);
        assertThat(sandbox.switches().faults().get(Endpoint.REFRESH))
                .singleElement()
                .extracting(FaultRule::times)
                .isEqualTo(1L);
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(500);
        assertThat(sandbox.switches().faults()).isEmpty();
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(200);
    }

    @Test
    void callsAtOnceShareTheCount() {
        atRefresh(FaultRule.times(Fault.ERROR_500, 3));
        var calls = sandbox.seed(12).stream()
                .map(each -> CompletableFuture.supplyAsync(() -> app.refresh(each.refreshToken())))
                .toList();
        assertThat(calls.stream().map(CompletableFuture::join).filter(heard -> heard.status() == 500))
                .hasSize(3);
        assertThat(sandbox.ledger().totalRefreshes()).isEqualTo(9);
    }

    @Test
    void rulesHaveTheirTurnOneAfterTheOther() {
        atRefresh(FaultRule.once(Fault.EMPTY), FaultRule.once(Fault.HTML_502));
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(200);
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(502);
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(400);
    }

    @Test
    void equalRulesAreStillTwo() {
        atRefresh(FaultRule.once(Fault.ERROR_500), FaultRule.once(Fault.ERROR_500));
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(500);
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(500);
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(200);
    }

    @Test
    void strikesWhomItWasToldAndNobodyElse() {
        String grace = sandbox.issueGrant(GRACE).refreshToken();
        atRefresh(FaultRule.always(Fault.ERROR_500).forUsers(GRACE));
        assertThat(app.refresh(grace).status()).isEqualTo(500);
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(200);
        assertThat(app.refresh("nonsense").status()).isEqualTo(400);
    }

    @Test
    void aFailedCallUsesUpNoFaultThatNeedsWorkDone() {
        atRefresh(FaultRule.once(Fault.BROKEN_JSON));
        assertThat(app.refresh("nonsense").status()).isEqualTo(400);
        unusable(app.refresh(grant.refreshToken()));
    }

    @Test
    void noneHeals() {
        sandbox.update(switches -> switches.withFault(Endpoint.REFRESH, Fault.ERROR_500));
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(500);
        sandbox.update(switches -> switches.withFault(Endpoint.REFRESH, Fault.NONE));
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(200);
    }

    @Test
    void faultsAtTheExchange() {
        String code = app.code(GRACE);
        sandbox.update(switches -> switches.withFault(
                Endpoint.CODE, FaultRule.once(Fault.UNAVAILABLE_503).forUsers(GRACE), FaultRule.once(Fault.EMPTY)));
        assertThat(app.exchange(code).status()).isEqualTo(503);
        assertThat(app.exchange(code).body()).isEmpty();
        assertThat(app.exchange(code).status()).isEqualTo(400);
        assertThat(sandbox.ledger().liveGrants(GRACE)).isEqualTo(1);
    }

    @Test
    void exchangeWithoutARefreshToken() {
        sandbox.update(switches -> switches.withFault(Endpoint.CODE, Fault.NO_REFRESH_TOKEN));
        assertThat(app.exchange(app.code(GRACE)).json().has("refresh_token")).isFalse();
    }

    @Test
    void faultsAtRevoke() {
        sandbox.update(switches -> switches.withFault(
                Endpoint.REVOKE, FaultRule.once(Fault.UNAVAILABLE_503), FaultRule.once(Fault.HTML_502)));
        assertThat(app.revoke("token", grant.refreshToken(), "token_type_hint", "refresh_token")
                        .status())
                .isEqualTo(503);
        assertThat(app.revoke("token", grant.refreshToken(), "token_type_hint", "refresh_token")
                        .status())
                .isEqualTo(502);
        assertThat(sandbox.ledger().isLive(grant.refreshToken())).isTrue();
        assertThat(app.revoke("token", grant.refreshToken(), "token_type_hint", "refresh_token")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void faultsAtMe() {
        sandbox.update(switches -> switches.withFault(
                Endpoint.ME,
                FaultRule.once(Fault.NOT_ENROLLED_403),
                FaultRule.once(Fault.RATE_LIMITED_429),
                FaultRule.once(Fault.UNAVAILABLE_503),
                FaultRule.once(Fault.BROKEN_JSON)));
        Heard notEnrolled = app.me(grant.accessToken());
        assertThat(notEnrolled.status()).isEqualTo(403);
        assertThat(notEnrolled.text("reason")).isEqualTo("client-not-enrolled");
        assertThat(notEnrolled.text("type")).endsWith("/problems/client-forbidden");
        Heard limited = app.me(grant.accessToken());
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.text("title")).isEqualTo("Too Many Requests");
        assertThat(limited.header("x-rate-limit-reset")).isNotEmpty();
        assertThat(app.me(grant.accessToken()).text("title")).isEqualTo("Service Unavailable");
        unusable(app.me(grant.accessToken()));
        assertThat(app.me(grant.accessToken()).status()).isEqualTo(200);
    }

    @Test
    void latencyDelaysTokenCallsAndNoOthers() {
        sandbox.update(switches -> switches.withLatency(Duration.ofMillis(120)));
        long begin = System.nanoTime();
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(119));
        sandbox.update(switches -> switches.withLatency(Duration.ofDays(1)).withLatencyBefore(Duration.ofDays(1)));
        assertThat(app.me(grant.accessToken()).status()).isEqualTo(200);
    }

    @Test
    void latencyBeforeTheWorkLeavesTheTokenGoodUntilThen() {
        sandbox.update(switches -> switches.withLatencyBefore(Duration.ofMillis(400)));
        var call = CompletableFuture.supplyAsync(() -> app.refresh(grant.refreshToken()));
        eventually(() -> sandbox.ledger().openTokenCalls() == 1);
        assertThat(sandbox.ledger().isLive(grant.refreshToken())).isTrue();
        assertThat(call.join().status()).isEqualTo(200);
        assertThat(sandbox.ledger().isLive(grant.refreshToken())).isFalse();
    }

    @Test
    void callerWhoGoesBeforeTheAnswerLosesIt() throws IOException {
        sandbox.update(switches -> switches.withLatency(Duration.ofMillis(200)));
        String form = "grant_type=refresh_token&refresh_token=" + grant.refreshToken();
        try (Socket socket = new Socket(sandbox.url().getHost(), sandbox.url().getPort())) {
            socket.getOutputStream()
                    .write(("POST /2/oauth2/token HTTP/1.1\r\nHost: x\r\nAuthorization: " + app.authorization()
                                    + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                                    + form.length() + "\r\n\r\n" + form)
                            .getBytes(StandardCharsets.US_ASCII));
            eventually(() -> sandbox.ledger().refreshes(ADA) == 1);
        }
        eventually(() -> sandbox.ledger().lostAnswers() == 1);
        eventually(() -> sandbox.ledger().openTokenCalls() == 0);
    }

    private void atRefresh(FaultRule... rules) {
        sandbox.update(switches -> switches.withFault(Endpoint.REFRESH, rules));
    }

    private void unheard(String refreshToken) {
        assertThatExceptionOfType(App.Unheard.class).isThrownBy(() -> app.refresh(refreshToken));
    }

    private void timedOut(String refreshToken) {
        App impatient = app.waiting(Duration.ofMillis(200));
        assertThatExceptionOfType(App.Unheard.class)
                .isThrownBy(() -> impatient.refresh(refreshToken))
                .withCauseInstanceOf(HttpTimeoutException.class);
    }

    private static void unusable(Heard heard) {
        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.body())
                .satisfiesAnyOf(
                        body -> assertThat(body).isEmpty(),
                        body -> assertThat(body).startsWith("{").doesNotEndWith("}"));
    }

    private static void eventually(BooleanSupplier truth) {
        for (int i = 0; i < 500 && !truth.getAsBoolean(); i++) {
            App.pause(Duration.ofMillis(10));
        }
        assertThat(truth.getAsBoolean()).isTrue();
    }
}
