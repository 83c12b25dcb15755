package io.xtokenkeeper.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import io.xtokenkeeper.testkit.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The token cache across replicas: no replica serves a cached token that another replica knows to be revoked. */
class TokenCacheIT {
    private static final String ME = "2244994945";
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static TestPostgres database;
    private static Sandbox x;
    private static KeeperProcess one;
    private static KeeperProcess other;
    private static KeeperProcess forgetful;

    @BeforeAll
    static void begin() {
        database = CLUSTER.database();
        x = CLUSTER.x();
        one = CLUSTER.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        other = CLUSTER.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        forgetful = CLUSTER.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER, "KEEPER_TOKEN_CACHE", "0");
    }

    @BeforeEach
    void connect() {
        one.api().delete("/api/v1/accounts/" + ME);
        one.api().importDue(List.of(x.issueGrant(ME)));
        one.api().token(ME);
        remembered(one);
        remembered(other);
    }

    /** Requests the token until the replica serves it from its cache, while the table is locked. */
    private static void remembered(KeeperProcess keeper) {
        await("remembered").atMost(Duration.ofSeconds(10)).until(() -> {
            keeper.api().token(ME);
            return answersWithoutTheTable(keeper.api());
        });
    }

    private static boolean answersWithoutTheTable(Api api) {
        return database.answersWithoutAccounts(() -> api.token(ME).status() == 200);
    }

    private static void withinASecond(String what, Callable<Boolean> done) {
        await(what).atMost(ONE_SECOND).until(done);
    }

    @Test
    void aHitNeedsNoTableAndSaysTheSameAsARead() {
        assertThat(answersWithoutTheTable(one.api())).isTrue();
        assertThat(answersWithoutTheTable(forgetful.api())).isFalse();
        var hit = one.api().token(ME);
        var read = forgetful.api().token(ME);
        assertThat(hit.http().body().replaceAll("\"expires_in\":[0-9]+", ""))
                .isEqualTo(read.http().body().replaceAll("\"expires_in\":[0-9]+", ""));
        for (var name : List.of("Content-Type", "Cache-Control", "X-Content-Type-Options")) {
            assertThat(hit.header(name)).as(name).isEqualTo(read.header(name)).isNotEmpty();
        }
        assertThat(hit.json().path("expires_in").asInt()).isBetween(7_100, 7_200);
    }

    @Test
    void aHitIsRefusedToWhoMayNotHaveIt() {
        assertThat(one.api().with("").token(ME).status()).isEqualTo(401);
        assertThat(one.api().with("wrong-key").token(ME).status()).isEqualTo(401);
        var made = one.api()
                .post("/api/v1/keys", "{\"name\":\"a\",\"rights\":[\"token\"],\"accounts\":[\"12\"]}")
                .text("key");
        assertThat(one.api().with(made).token(ME).status()).isEqualTo(403);
        await("a key for another account leaves a trace")
                .atMost(Duration.ofSeconds(10))
                .until(() -> one.api().get("/api/v1/events").http().body().contains("limited to other accounts"));
    }

    @Test
    void aMinTtlThatIsNoneIsRefusedToWhoMayAsk() {
        for (var minTtl : List.of("-1", "86401", "99999999999", "soon", "", "1.5")) {
            var refused = wire("GET", "/api/v1/accounts/" + ME + "/token?min_ttl=" + minTtl, one);
            assertThat(refused.status()).as(minTtl).isEqualTo(400);
            assertThat(refused.header("Content-Type")).as(minTtl).startsWith("application/problem+json");
        }
        assertThat(one.api()
                        .with("wrong-key")
                        .get("/api/v1/accounts/" + ME + "/token?min_ttl=-1")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void otherParametersAndOtherWaysToWriteItDoNotMatter() {
        for (var query : List.of("min_ttl=%36%30", "a=b&min_ttl=60", "min_ttl=60&min_ttl=soon", "a=b")) {
            assertThat(one.api()
                            .get("/api/v1/accounts/" + ME + "/token?" + query)
                            .text("access_token"))
                    .as(query)
                    .isNotEmpty();
        }
    }

    @Test
    void onlyGetAndHeadAreTaken() {
        var path = "/api/v1/accounts/" + ME + "/token";
        var head = wire("HEAD", path, one);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Cache-Control")).isEqualTo("no-store");
        for (var method : List.of("POST", "DELETE", "PUT", "OPTIONS")) {
            var refused = wire(method, path, one);
            assertThat(refused.status()).as(method).isEqualTo(405);
            assertThat(refused.header("Allow")).isEqualTo("GET, HEAD");
        }
    }

    @Test
    void whoMayNotAskDoesNotLearnWhoIsHere() {
        for (var id : List.of("nobody", "404404", ME)) {
            var path = "/api/v1/accounts/" + id + "/token";
            assertThat(one.api().with("").get(path).status()).as(id).isEqualTo(401);
            assertThat(one.api().with("wrong-key").get(path).status()).as(id).isEqualTo(401);
        }
        assertThat(one.api().get("/api/v1/accounts/nobody/token").status()).isEqualTo(404);
    }

    private static Wire.Answer wire(String method, String path, KeeperProcess keeper) {
        try (var wire = new Wire(keeper.url())) {
            return wire.send(method + " " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                            + KeeperProcess.ADMIN_KEY + "\r\n\r\n")
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aTokenThatEndsTooSoonIsNotHandedOutOfMemory() {
        database.update("update account set access_expires_at = now() + interval '100 seconds',"
                + " refreshed_at = now() - interval '2 hours'");
        Sleep.millis(300);
        var before = other.api().token(ME).text("access_token");
        var after = other.api().get("/api/v1/accounts/" + ME + "/token?min_ttl=200");
        assertThat(after.text("access_token")).isNotEqualTo(before);
        assertThat(after.json().path("expires_in").asInt()).isGreaterThan(7_000);
    }

    @Test
    void whatOneReplicaRotatesTheOthersHandOutAtOnce() {
        var rotated = one.api().refresh(ME).text("access_token");
        assertThat(one.api().token(ME).text("access_token")).isEqualTo(rotated);
        withinASecond(
                "the new token",
                () -> other.api().token(ME).text("access_token").equals(rotated));
    }

    @Test
    void whatOneReplicaDisconnectsAllRefuse() {
        one.api().delete("/api/v1/accounts/" + ME);
        assertThat(one.api().token(ME).status()).isEqualTo(404);
        withinASecond("refused", () -> other.api().token(ME).status() == 404);
    }

    @Test
    void whoAsksAfterADisconnectDoesNotWaitWithThoseWhoAskedBefore() {
        database.update("update account set access_expires_at = now(), refreshed_at = now() - interval '2 hours'");
        Sleep.millis(300);
        x.update(switches -> switches.withLatency(Duration.ofSeconds(4)));
        try {
            var before = CompletableFuture.supplyAsync(() -> one.api().token(ME));
            await("asked X")
                    .atMost(Duration.ofSeconds(2))
                    .until(() -> x.ledger().openTokenCalls() == 1);
            other.api().delete("/api/v1/accounts/" + ME);
            var after = CompletableFuture.supplyAsync(() -> {
                Sleep.millis(300);
                return one.api().token(ME);
            });
            assertThat(after.completeOnTimeout(null, 1, TimeUnit.SECONDS).join())
                    .isNotNull()
                    .satisfies(reply -> assertThat(reply.status()).isEqualTo(404));
            assertThat(before.join().status()).isEqualTo(404);
        } finally {
            x.update(switches -> switches.withLatency(Duration.ZERO));
        }
    }

    @Test
    void aCrowdIsRefusedAsOneIs() {
        database.update("update account set status = 'NEEDS_CONSENT', status_reason = 'REJECTED_BY_X'");
        Sleep.millis(300);
        var replies = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> one.api().token(ME)))
                .limit(30)
                .toList();
        assertThat(replies)
                .allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(409))
                .extracting(reply -> reply.join().text("consent_link"))
                .doesNotContain("");
        assertThat(one.api().get("/api/v1/accounts/12/token").status()).isEqualTo(404);
        assertThat(one.api()
                        .get("/api/v1/accounts/" + ME + "/token?min_ttl=86400")
                        .status())
                .isEqualTo(409);
    }

    /** X's tokens live two hours: not even one that it issues for this call qualifies. */
    @Test
    void moreThanANewTokenLivesIsRefusedAfterARefreshToo() {
        one.api().importDue(List.of(x.issueGrant("77")));

        var asked = one.api().get("/api/v1/accounts/77/token?min_ttl=86400");
        assertThat(asked.status()).isEqualTo(400);
        assertThat(x.ledger().refreshes("77")).isEqualTo(1);
        assertThat(one.api().get("/api/v1/accounts/77/token?min_ttl=7000").status())
                .isEqualTo(200);
        assertThat(x.ledger().refreshes("77")).isEqualTo(1);
    }

    @Test
    void aGrantThatIsOverIsRefusedByAll() {
        database.update("update account set status = 'NEEDS_CONSENT', status_reason = 'REJECTED_BY_X'");
        withinASecond("refused by one", () -> one.api().token(ME).status() == 409);
        withinASecond("refused by the other", () -> other.api().token(ME).status() == 409);
    }

    /**
     * With the trigger disabled and the heartbeat's connection terminated, only the missing heartbeat prevents stale
     * tokens.
     */
    @Test
    void aReplicaThatHearsNothingTrustsItsMemoryForLessThanASecond() {
        database.update("alter table account disable trigger account_changed");
        try {
            database.query("select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_notify%'"
                    + " and pid <> pg_backend_pid()");
            database.update("update account set status = 'NEEDS_CONSENT', status_reason = 'REJECTED_BY_X'");
            Sleep.millis(1_000);
            assertThat(one.api().token(ME).status()).isEqualTo(409);
            assertThat(other.api().token(ME).status()).isEqualTo(409);
        } finally {
            database.update("alter table account enable trigger account_changed");
        }
    }

    @Test
    void aKeyThatIsRevokedAtOneReplicaIsRefusedByTheOther() {
        var made = one.api().post("/api/v1/keys", "{\"name\":\"a\",\"rights\":[\"token\"]}");
        var key = other.api().with(made.text("key"));
        withinASecond("known", () -> key.token(ME).status() == 200);
        one.api().delete("/api/v1/keys/" + made.text("id"));
        withinASecond("refused", () -> key.token(ME).status() == 401);
    }
}
