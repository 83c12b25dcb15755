package io.xtokenkeeper.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.sandbox.grants.ClientApp;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Token pairs replace each other as at X, and as configured where X's behaviour is not known. */
class RotationTest {
    private static final String ADA = "1815121001";

    private final MutableClock clock = new MutableClock();
    private final Sandbox sandbox = Sandbox.start(
            SandboxOptions.defaults().withClock(clock).withOtherApps(new ClientApp("other-app", "s", List.of())));
    private final App app = App.of(sandbox);

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void answerHasTheKeysOfXAndNoOthers() {
        Heard pair = app.exchange(app.code(ADA));
        assertThat(pair.json().properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("token_type", "expires_in", "access_token", "scope", "refresh_token");
        assertThat(pair.text("token_type")).isEqualTo("bearer");
        assertThat(pair.json().path("expires_in").asInt()).isEqualTo(7200);
    }

    @Test
    void scopeComesBackInAnotherOrder() {
        String scope = app.exchange(app.code(ADA)).text("scope");
        assertThat(scope).isNotEqualTo(App.SCOPE);
        assertThat(scope.split(" ")).containsExactlyInAnyOrder(App.SCOPE.split(" "));
    }

    @Test
    void tokensHaveTheShapeOfX() {
        Heard pair = app.exchange(app.code(ADA));
        String access = pair.text("access_token");
        String refresh = pair.text("refresh_token");
        assertThat(List.of(access, refresh))
                .allSatisfy(token -> assertThat(token).hasSize(91));
        long now = clock.instant().toEpochMilli();
        assertThat(decoded(access)).matches("[A-Za-z0-9_-]{45}:" + now + ":1:[01]:at:1");
        assertThat(decoded(refresh)).matches("[A-Za-z0-9_-]{45}:" + now + ":1:[01]:rt:1");
        assertThat(access.substring(0, 10)).isNotEqualTo(refresh.substring(0, 10));
    }

    @Test
    void noOfflineAccessNoRefreshToken() {
        Map<String, String> request = App.request();
        request.put("scope", "tweet.read users.read");
        Heard pair = app.exchange(app.code(request, ADA));
        assertThat(pair.json().has("refresh_token")).isFalse();
        assertThat(app.me(pair.text("access_token")).status()).isEqualTo(200);
    }

    @Test
    void everyRefreshGivesANewPair() {
        SeededGrant grant = sandbox.issueGrant(ADA);
        Heard second = app.refresh(grant.refreshToken());
        Heard third = app.refresh(second.text("refresh_token"));
        assertThat(Stream.of(
                        grant.refreshToken(),
                        grant.accessToken(),
                        second.text("refresh_token"),
                        second.text("access_token"),
                        third.text("refresh_token"),
                        third.text("access_token")))
                .doesNotHaveDuplicates();
        assertThat(app.me(third.text("access_token")).status()).isEqualTo(200);
    }

    @Test
    void oneOfManyAtOnceWins() {
        String token = sandbox.issueGrant(ADA).refreshToken();
        List<CompletableFuture<Heard>> calls = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> app.refresh(token)))
                .limit(8)
                .toList();
        assertThat(calls.stream().map(CompletableFuture::join).map(Heard::status))
                .containsExactlyInAnyOrder(200, 400, 400, 400, 400, 400, 400, 400);
        assertThat(sandbox.ledger().doubleSpends()).isEqualTo(7);
    }

    @Test
    void reuseLeavesTheSuccessorAlone() {
        String spent = sandbox.issueGrant(ADA).refreshToken();
        String successor = app.refresh(spent).text("refresh_token");
        assertThat(app.refresh(spent).status()).isEqualTo(400);
        assertThat(app.refresh(successor).status()).isEqualTo(200);
    }

    @Test
    void reuseMayKillTheFamily() {
        sandbox.update(switches -> switches.withReplayKillsFamily(true));
        String spent = sandbox.issueGrant(ADA).refreshToken();
        Heard successor = app.refresh(spent);
        assertThat(app.refresh(spent).status()).isEqualTo(400);
        assertThat(app.refresh(successor.text("refresh_token")).status()).isEqualTo(400);
        assertThat(app.me(successor.text("access_token")).status()).isEqualTo(401);
    }

    @Test
    void graceGivesTheSameSuccessorForAWhile() {
        sandbox.update(switches -> switches.withGrace(Duration.ofSeconds(30)).withReplayKillsFamily(true));
        String spent = sandbox.issueGrant(ADA).refreshToken();
        Heard successor = app.refresh(spent);
        clock.turn(Duration.ofSeconds(29));
        Heard again = app.refresh(spent);
        assertThat(again.text("refresh_token")).isEqualTo(successor.text("refresh_token"));
        assertThat(again.text("access_token")).isEqualTo(successor.text("access_token"));
        assertThat(again.json().path("expires_in").asInt()).isEqualTo(7200 - 29);
        assertThat(sandbox.ledger().refreshes(ADA)).isEqualTo(1);
        clock.turn(Duration.ofSeconds(1));
        assertThat(app.refresh(spent).status()).isEqualTo(400);
    }

    @Test
    void graceIsForTheLastTokenOnly() {
        sandbox.update(switches -> switches.withGrace(Duration.ofSeconds(30)));
        String first = sandbox.issueGrant(ADA).refreshToken();
        app.refresh(app.refresh(first).text("refresh_token"));
        assertThat(app.refresh(first).status()).isEqualTo(400);
    }

    @Test
    void refreshMayKillTheOldAccessToken() {
        SeededGrant grant = sandbox.issueGrant(ADA);
        Heard second = app.refresh(grant.refreshToken());
        assertThat(app.me(grant.accessToken()).status()).isEqualTo(200);
        sandbox.update(switches -> switches.withRefreshKillsOldAccess(true));
        Heard third = app.refresh(second.text("refresh_token"));
        assertThat(app.me(grant.accessToken()).status()).isEqualTo(401);
        assertThat(app.me(second.text("access_token")).status()).isEqualTo(401);
        assertThat(app.me(third.text("access_token")).status()).isEqualTo(200);
    }

    @Test
    void reconsentKillsTheOldGrantUnlessSwitchedOff() {
        SeededGrant old = sandbox.issueGrant(ADA);
        Heard fresh = app.exchange(app.code(ADA));
        assertThat(app.refresh(old.refreshToken()).status()).isEqualTo(400);
        assertThat(app.me(old.accessToken()).status()).isEqualTo(401);
        assertThat(sandbox.ledger().liveGrants(ADA)).isEqualTo(1);

        sandbox.update(switches -> switches.withReconsentKillsOldGrant(false));
        app.exchange(app.code(ADA));
        assertThat(app.refresh(fresh.text("refresh_token")).status()).isEqualTo(200);
        assertThat(sandbox.ledger().liveGrants(ADA)).isEqualTo(2);
    }

    @Test
    void reconsentLeavesOtherPeopleAlone() {
        SeededGrant grace = sandbox.issueGrant("1906120902");
        app.exchange(app.code(ADA));
        assertThat(app.me(grace.accessToken()).status()).isEqualTo(200);
    }

    @Test
    void reconsentLeavesOtherAppsAlone() {
        SeededGrant grant = sandbox.issueGrant(ADA);
        Map<String, String> request = App.request();
        request.put("client_id", "other-app");
        Heard pair = app.as("other-app", "s").exchange(app.code(request, ADA));
        assertThat(pair.status()).isEqualTo(200);
        assertThat(app.me(grant.accessToken()).status()).isEqualTo(200);
        assertThat(sandbox.ledger().liveGrants(ADA)).isEqualTo(2);
    }

    @Test
    void accessTokenLivesAsLongAsItWasIssuedFor() {
        SeededGrant usual = sandbox.issueGrant(ADA);
        sandbox.update(switches -> switches.withAccessTokenLife(Duration.ofSeconds(5)));
        SeededGrant brief = sandbox.issueGrant("1906120902");
        assertThat(brief.expiresIn()).isEqualTo(5);
        clock.turn(Duration.ofMillis(4_999));
        assertThat(app.me(brief.accessToken()).status()).isEqualTo(200);
        clock.turn(Duration.ofMillis(1));
        assertThat(app.me(brief.accessToken()).status()).isEqualTo(401);
        assertThat(app.me(usual.accessToken()).status()).isEqualTo(200);
    }

    @Test
    void refreshTokensLifeStartsAnewWithEveryRefresh() {
        String token = sandbox.issueGrant(ADA).refreshToken();
        for (int i = 0; i < 3; i++) {
            clock.turn(Duration.ofDays(181));
            Heard heard = app.refresh(token);
            assertThat(heard.status()).isEqualTo(200);
            token = heard.text("refresh_token");
        }
    }

    private static String decoded(String token) {
        return new String(Base64.getUrlDecoder().decode(token), US_ASCII);
    }
}
