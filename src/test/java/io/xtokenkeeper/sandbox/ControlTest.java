package io.xtokenkeeper.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultConfig;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.sandbox.faults.SendIss;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.sandbox.grants.TestUser;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that can be done from Java can be done with curl. */
class ControlTest {
    private static final String ADA = "1815121001";

    private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults());
    private final App app = App.of(sandbox);

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void switchesChangeOneByOne() {
        Heard heard = put("{\"latencyMillis\":5,\"graceSeconds\":30,\"sendIss\":\"WRONG\"}");
        assertThat(heard.status()).isEqualTo(200);
        assertThat(sandbox.switches())
                .isEqualTo(FaultConfig.defaults()
                        .withLatency(Duration.ofMillis(5))
                        .withGrace(Duration.ofSeconds(30))
                        .withSendIss(SendIss.WRONG));
        put("{\"graceSeconds\":0}");
        assertThat(sandbox.switches().grace()).isZero();
        assertThat(sandbox.switches().latency()).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void everySwitchReadsBackAsItWasWritten() {
        FaultConfig odd = FaultConfig.defaults()
                .withAccessTokenLife(Duration.ofSeconds(11))
                .withLatency(Duration.ofMillis(12))
                .withGrace(Duration.ofSeconds(13))
                .withReplayKillsFamily(true)
                .withRefreshKillsOldAccess(true)
                .withReconsentKillsOldGrant(false)
                .withRevokeKillsPair(false)
                .withLatencyBefore(Duration.ofMillis(17))
                .withRevokeRefusesUnknownTokens(true)
                .withProfile(new TestUser(ADA, "a\u0000da", "x".repeat(8000)))
                .withLogCalls(true)
                .withSendIss(SendIss.RIGHT)
                .withRateLimitReset(Duration.ofSeconds(14))
                .withRetryAfter(Duration.ofSeconds(15))
                .withWithheldScopes(Set.of("tweet.write", "dm.read"))
                .withFault(
                        Endpoint.REFRESH,
                        FaultRule.times(Fault.SLOW, 3).forUsers(ADA, "42").delayedBy(Duration.ofMillis(16)),
                        FaultRule.once(Fault.SLOW_BEFORE).delayedBy(Duration.ofMillis(18)),
                        FaultRule.once(Fault.RATE_LIMITED_429).resettingIn(Duration.ofHours(20)),
                        FaultRule.always(Fault.HANG));
        sandbox.set(odd);
        String written = app.get("/sandbox/switches", "").body();
        sandbox.reset();
        assertThat(sandbox.switches()).isNotEqualTo(odd);
        put(written);
        assertThat(sandbox.switches()).isEqualTo(odd);
    }

    @Test
    void faultsInThreeSpellings() {
        put("{\"faults\":{\"refresh\":\"HANG\",\"me\":{\"fault\":\"ERROR_500\",\"times\":2},"
                + "\"code\":[{\"fault\":\"EMPTY\",\"times\":1,\"users\":[\"42\"]},\"HTML\"]}}");
        assertThat(sandbox.switches().faults())
                .isEqualTo(Map.of(
                        Endpoint.REFRESH, List.of(FaultRule.always(Fault.HANG)),
                        Endpoint.ME, List.of(FaultRule.times(Fault.ERROR_500, 2)),
                        Endpoint.CODE,
                                List.of(FaultRule.once(Fault.EMPTY).forUsers("42"), FaultRule.always(Fault.HTML))));
        put("{\"faults\":{\"refresh\":\"NONE\",\"code\":[]}}");
        assertThat(sandbox.switches().faults()).containsOnlyKeys(Endpoint.ME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[]",
                "{\"latency\":5}",
                "{\"latencyMillis\":-1}",
                "{\"latencyMillis\":9223372036854775807}",
                "{\"accessTokenLifeSeconds\":2147483648}",
                "{\"latencyMillis\":\"5\"}",
                "{\"replayKillsFamily\":1}",
                "{\"sendIss\":\"MAYBE\"}",
                "{\"faults\":{\"nowhere\":\"HANG\"}}",
                "{\"faults\":{\"me\":\"NONSENSE\"}}",
                "{\"faults\":{\"me\":{\"times\":1}}}",
                "{\"faults\":{\"me\":{\"fault\":\"HANG\",\"times\":0}}}",
                "{\"faults\":{\"me\":{\"fault\":\"HANG\",\"users\":[\"ada\"]}}}",
                "{\"faults\":{\"me\":{\"fault\":\"HANG\",\"often\":1}}}",
                "{\"graceSeconds\":30,\"nonsense\":1}",
            })
    void nonsenseChangesNothing(String json) {
        Heard heard = put(json);
        assertThat(heard.status()).isEqualTo(400);
        assertThat(heard.text("error")).isNotEmpty().doesNotContain("xtokenkeeper");
        assertThat(sandbox.switches()).isEqualTo(FaultConfig.defaults());
    }

    @Test
    void ledgerInJson() {
        SeededGrant grant = sandbox.issueGrant(ADA);
        sandbox.update(switches -> switches.withFault(Endpoint.REFRESH, FaultRule.once(Fault.EMPTY)));
        app.refresh(grant.refreshToken());
        app.refresh(grant.refreshToken());
        Heard ledger = app.get("/sandbox/ledger", "");
        assertThat(ledger.body())
                .isEqualTo("{\"calls\":{\"refresh\":{\"empty\":1,\"token_invalid\":1}},\"totalCalls\":2,"
                        + "\"maxConcurrentTokenCalls\":1,\"openTokenCalls\":0,\"liveGrants\":1,\"totalRefreshes\":1,"
                        + "\"usersRefreshed\":1,\"refreshes\":{\"" + ADA + "\":1},\"doubleSpends\":1,"
                        + "\"excusedDoubleSpends\":1,\"doubleSpendsByUser\":{\"" + ADA + "\":1},\"lostAnswers\":1,"
                        + "\"lostAnswersByUser\":{\"" + ADA + "\":1}}");
        assertThat(app.get("/sandbox/users/" + ADA, "").body())
                .isEqualTo(
                        "{\"userId\":\"" + ADA
                                + "\",\"liveGrants\":1,\"scope\":\"offline.access tweet.read users.read\",\"refreshes\":1,\"doubleSpends\":1,\"lostAnswers\":1}");
    }

    @Test
    void ledgerListsAThousandPeopleUnlessAllAreAskedFor() {
        sandbox.update(switches -> switches.withFault(Endpoint.REFRESH, Fault.NO_REFRESH_TOKEN));
        sandbox.seed(1001).forEach(grant -> app.refresh(grant.refreshToken()));
        assertThat(app.get("/sandbox/ledger", "").json().path("refreshes").size())
                .isEqualTo(1000);
        assertThat(app.get("/sandbox/ledger?users=all", "")
                        .json()
                        .path("refreshes")
                        .size())
                .isEqualTo(1001);
    }

    @Test
    void seedsAStreamOfGrants() {
        Heard heard = post(
                "/sandbox/grants",
                "{\"count\":2500,\"firstId\":\"7000\",\"expiresIn\":60,\"scope\":\"users.read offline.access\"}");
        assertThat(heard.header("Content-Type")).isEqualTo("application/x-ndjson");
        List<String> lines = heard.body().lines().toList();
        assertThat(lines).hasSize(2500).doesNotHaveDuplicates();
        Heard last = new Heard(200, lines.getLast(), heard.raw());
        assertThat(last.text("x_user_id")).isEqualTo("9499");
        assertThat(last.text("scope").split(" ")).containsExactlyInAnyOrder("users.read", "offline.access");
        assertThat(last.json().path("expires_in").asInt()).isEqualTo(60);
        assertThat(sandbox.ledger().isLive(last.text("access_token"))).isTrue();
        assertThat(app.refresh(last.text("refresh_token")).status()).isEqualTo(200);
        assertThat(sandbox.ledger().liveGrants()).isEqualTo(2500);
    }

    @Test
    void seedsGrantsOfAnotherApp() {
        Heard line = post("/sandbox/grants", "{\"foreign\":true}");
        Heard refused = app.refresh(line.text("refresh_token"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text("error")).isEqualTo("invalid_client");
        assertThat(refused.text("error_description")).isEqualTo("Value passed for the client id was invalid.");
        assertThat(app.refresh(sandbox.issueForeignGrant(ADA).refreshToken()).text("error"))
                .isEqualTo("invalid_client");
        assertThat(sandbox.ledger().liveGrants(ADA)).isEqualTo(1);
    }

    @Test
    void profileIsAnyText() {
        SeededGrant grant = sandbox.issueGrant(ADA);
        put("{\"profiles\":[{\"id\":\"" + ADA + "\",\"username\":\"a\\u0000da\",\"name\":\"" + "x".repeat(8000)
                + "\"}]}");
        Heard me = app.me(grant.accessToken());
        assertThat(me.json().at("/data/username").asText()).isEqualTo("a\u0000da");
        assertThat(me.json().at("/data/name").asText()).hasSize(8000);
        put("{\"profiles\":[]}");
        assertThat(app.me(grant.accessToken()).json().at("/data/username").asText())
                .isEqualTo("ada");
    }

    @Test
    void nonsenseSeedsNothing() {
        assertThat(post("/sandbox/grants", "{\"firstId\":\"ada\"}").status()).isEqualTo(400);
        assertThat(post("/sandbox/grants", "{\"scope\":\"A,B\"}").status()).isEqualTo(400);
        assertThat(post("/sandbox/grants", "nonsense").status()).isEqualTo(400);
        assertThat(sandbox.ledger().liveGrants()).isZero();
    }

    @Test
    void personRevokesAtX() {
        SeededGrant grant = sandbox.issueGrant(ADA);
        assertThat(post("/sandbox/users/" + ADA + "/revoke", "").body())
                .isEqualTo("{\"userId\":\"" + ADA + "\",\"killed\":1}");
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(400);
    }

    @Test
    void saysWhichTokensAreLive() {
        SeededGrant grant = sandbox.issueGrant(ADA);
        assertThat(post("/sandbox/live", "{\"tokens\":[\"" + grant.refreshToken() + "\",\"nonsense\"]}")
                        .body())
                .isEqualTo("{\"live\":[true,false]}");
    }

    @Test
    void resets() {
        sandbox.issueGrant(ADA);
        assertThat(post("/sandbox/reset", "").status()).isEqualTo(200);
        assertThat(sandbox.ledger().liveGrants()).isZero();
    }

    private Heard put(String json) {
        return app.send(
                HttpRequest.newBuilder(app.base().resolve("/sandbox/switches")).PUT(BodyPublishers.ofString(json)));
    }

    private Heard post(String path, String json) {
        return app.send(HttpRequest.newBuilder(app.base().resolve(path)).POST(BodyPublishers.ofString(json)));
    }
}
