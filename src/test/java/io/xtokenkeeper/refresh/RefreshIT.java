package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The refresh protocol of the packaged service, with PostgreSQL and the strict X simulator. */
class RefreshIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    final TestCluster cluster = new TestCluster();

    private TestPostgres database;
    private Sandbox x;

    @BeforeEach
    void begin() {
        database = cluster.database();
        x = cluster.x();
    }

    @Test
    void fiftyCallersOnOneExpiredAccountCostOneRefresh() throws Exception {
        try (var keeper = cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER)) {
            var grant = x.issueGrant("2244994945");
            x.update(switches -> switches.withLatency(Duration.ofMillis(200)));
            keeper.api().importDue(List.of(grant));

            var replies = together(50, () -> keeper.api().token(grant.userId()));

            assertThat(replies).allSatisfy(reply -> assertThat(reply.status()).isEqualTo(200));
            assertThat(replies.stream().map(reply -> reply.text("access_token")).distinct())
                    .singleElement()
                    .satisfies(token -> assertThat(x.ledger().isLive(token)).isTrue());
            assertThat(x.ledger().calls(Endpoint.REFRESH)).isEqualTo(1);
        }
    }

    @Test
    void callersOfFourReplicasOnOneExpiredAccountCostOneRefresh() throws Exception {
        try (var one = cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
                var two = cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
                var three = cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
                var four = cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER)) {
            var replicas = List.of(one, two, three, four);
            var grant = x.issueGrant("2244994945");
            x.update(switches -> switches.withLatency(Duration.ofMillis(300)).withReplayKillsFamily(true));
            one.api().importDue(List.of(grant));

            var replies = together(100, number -> replicas.get(number % 4).api().token(grant.userId()));

            assertThat(replies).allSatisfy(reply -> assertThat(reply.status()).isEqualTo(200));
            assertThat(x.ledger().calls(Endpoint.REFRESH)).isEqualTo(1);
        }
    }

    @Test
    void twoReplicasRefreshTwoHundredDueAccountsOnceEach() {
        try (var one = cluster.start();
                var other = cluster.start()) {
            x.update(switches -> switches.withLatency(Duration.ofMillis(50)).withReplayKillsFamily(true));
            one.api().importDue(x.seed(200));

            await("200 refreshes").atMost(PATIENCE).until(() -> x.ledger().totalRefreshes() >= 200);
            await("200 saved").atMost(PATIENCE).until(() -> countOf("refreshed_at > connected_at") == 200);

            Sleep.millis(2_500); // two more scheduler runs in each replica
            assertThat(x.ledger().refreshes().values()).hasSize(200).allMatch(times -> times == 1);
            assertThat(x.ledger().doubleSpends()).isZero();
            assertThat(other.api()
                            .get("/api/v1/accounts?status=ACTIVE&limit=1000")
                            .json()
                            .path("accounts"))
                    .hasSize(200);
        }
    }

    @Test
    void anAccountIsRefreshedByTheTimerBeforeItsTokenEnds() {
        x.update(switches -> switches.withAccessTokenLife(Duration.ofSeconds(4)));
        try (var keeper = cluster.start("KEEPER_REFRESH_AHEAD", "2s")) {
            var grant = x.issueGrant("77");
            keeper.api().importDue(List.of(grant));
            await("three rotations").atMost(PATIENCE).until(() -> x.ledger().refreshes("77") >= 3);
            var token = keeper.api().get("/api/v1/accounts/77/token?min_ttl=0");
            assertThat(token.status()).isEqualTo(200);
            assertThat(x.ledger().isLive(token.text("access_token"))).isTrue();
            assertThat(x.ledger().doubleSpends()).isZero();
        }
    }

    @Test
    void killedInTheMiddleOfASweepLosesOnlyWhatXAnsweredIntoTheVoid() {
        var settings = new String[] {
            "KEEPER_REFRESH_LEASE", "12s", "KEEPER_REFRESH_TIMEOUT", "2s", "KEEPER_REFRESH_CONCURRENCY", "20"
        };
        x.update(switches -> switches.withLatency(Duration.ofMillis(300)));
        var grants = x.seed(200);
        long rotatedBefore;
        try (var keeper = cluster.start(settings)) {
            keeper.api().importDue(grants);
            await("a part of the sweep").atMost(PATIENCE).until(() -> x.ledger().totalRefreshes() >= 70);
            keeper.kill();
            Sleep.millis(500);
            rotatedBefore = x.ledger().totalRefreshes();
        }
        var saved = countOf("refreshed_at > connected_at");
        var unsaved = rotatedBefore - saved;
        assertThat(saved).isPositive();
        assertThat(unsaved)
                .as("rotated at X, the answer never saved")
                .isPositive()
                .isLessThanOrEqualTo(20);

        try (var keeper = cluster.start(settings)) {
            await("every account judged, those of the killed one after its leases")
                    .atMost(PATIENCE.multipliedBy(2))
                    .until(() -> countOf("refreshed_at > connected_at") + countOf("status = 'NEEDS_CONSENT'") == 200);
            // token pairs whose response had arrived were in the journal
            assertThat(countOf("status_reason = 'LOST_IN_FLIGHT'")).isPositive().isLessThanOrEqualTo((int) unsaved);
            assertThat(countOf("status_reason = 'REJECTED_BY_X'")).isZero();
            var active = keeper.api()
                    .get("/api/v1/accounts?status=ACTIVE&limit=1000")
                    .json()
                    .path("accounts");
            for (var account : active) {
                var token = keeper.api().token(account.path("id").asText());
                assertThat(x.ledger().isLive(token.text("access_token"))).isTrue();
            }
            var lost = database.query("select id from account where status = 'NEEDS_CONSENT'")
                    .getFirst();
            var refused = keeper.api().token(lost);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text("reason")).isEqualTo("LOST_IN_FLIGHT");
            assertThat(refused.text("consent_link")).contains("/oauth/authorize?link=");
        }
    }

    @Test
    void aDatabaseThatStopsBetweenTheAnswerAndTheSaveLosesNothing() {
        try (var keeper = cluster.start()) {
            var grants = x.seed(30);
            x.update(switches -> switches.withLatency(Duration.ofMillis(1_500)));
            keeper.api().importDue(grants);
            await("calls under way").atMost(PATIENCE).until(() -> x.ledger().openTokenCalls() == 30);
            database.stop();
            await("answers").atMost(PATIENCE).until(() -> x.ledger().openTokenCalls() == 0);
            Sleep.millis(1_000);
            assertThat(x.ledger().totalRefreshes()).isEqualTo(30);
            database.start();
            await("all saved").atMost(PATIENCE).until(() -> countOf("refreshed_at > connected_at") == 30);
            for (var grant : grants) {
                var token = keeper.api().token(grant.userId());
                assertThat(token.status()).isEqualTo(200);
                assertThat(x.ledger().isLive(token.text("access_token"))).isTrue();
            }
            assertThat(x.ledger().doubleSpends()).isZero();
        }
    }

    @Test
    void killedWhileTheDatabaseIsAwayTheJournalBringsThePairsBack(@TempDir Path folder) {
        var grants = x.seed(25);
        try (var keeper = cluster.start("KEEPER_JOURNAL", folder.toString())) {
            x.update(switches -> switches.withLatency(Duration.ofMillis(1_500)).withReplayKillsFamily(true));
            keeper.api().importDue(grants);
            await("calls under way").atMost(PATIENCE).until(() -> x.ledger().openTokenCalls() == 25);
            database.stop();
            await("answers on disk").atMost(PATIENCE).until(() -> linesIn(folder) == 25);
            keeper.kill();
        }
        database.start();
        try (var keeper = cluster.start("KEEPER_JOURNAL", folder.toString())) {
            assertThat(countOf("refreshed_at > connected_at")).isEqualTo(25);
            await("nothing is left on disk").atMost(PATIENCE).until(() -> linesIn(folder) == 0);
            for (var grant : grants) {
                assertThat(x.ledger().isLive(keeper.api().token(grant.userId()).text("access_token")))
                        .isTrue();
            }
            assertThat(x.ledger().totalRefreshes()).isEqualTo(25);
            assertThat(x.ledger().doubleSpends()).isZero();
        }
    }

    @Test
    void killedBetweenTheAnswerAndTheSaveTheJournalBringsThePairsBack(@TempDir Path folder) throws SQLException {
        var grants = x.seed(25);
        x.update(switches -> switches.withLatency(Duration.ofMillis(1_500)).withReplayKillsFamily(true));
        try (var keeper = cluster.start("KEEPER_JOURNAL", folder.toString());
                var slow = database.connect()) {
            keeper.api().importDue(grants);
            await("calls under way").atMost(PATIENCE).until(() -> x.ledger().openTokenCalls() == 25);
            slow.setAutoCommit(false);
            try (var lock = slow.createStatement()) {
                lock.execute("lock table account in exclusive mode");
                await("answers on disk").atMost(PATIENCE).until(() -> linesIn(folder) == 25);
                assertThat(countOf("refreshed_at > connected_at")).isZero();
                keeper.kill();
            }
            slow.rollback();
        }
        try (var keeper = cluster.start("KEEPER_JOURNAL", folder.toString())) {
            await("all saved").atMost(PATIENCE).until(() -> countOf("refreshed_at > connected_at") == 25);
            assertThat(x.ledger().totalRefreshes()).isEqualTo(25);
            assertThat(x.ledger().doubleSpends()).isZero();
            assertThat(grants)
                    .allMatch(grant ->
                            x.ledger().isLive(keeper.api().token(grant.userId()).text("access_token")));
        }
    }

    @Test
    void aDiskThatDoesNotTakeTheJournalStopsNothing() throws IOException {
        var notAFolder = Files.createTempFile("journal", ".file");
        try (var keeper = cluster.start("KEEPER_JOURNAL", notAFolder.toString())) {
            x.update(switches -> switches.withLatency(Duration.ofMillis(1_000)));
            keeper.api().importDue(x.seed(5));
            await("calls under way").atMost(PATIENCE).until(() -> x.ledger().openTokenCalls() == 5);
            database.stop();
            await("said").atMost(PATIENCE).until(() -> keeper.log().contains("cannot be written"));
            database.start();
            await("all saved").atMost(PATIENCE).until(() -> countOf("refreshed_at > connected_at") == 5);
        }
    }

    @Test
    void terminatedInTheMiddleOfASweepItFinishesWhatIsUnderWay() {
        x.update(switches -> switches.withLatency(Duration.ofMillis(500)));
        try (var keeper = cluster.start("KEEPER_REFRESH_CONCURRENCY", "10")) {
            keeper.api().importDue(x.seed(100));
            await("a part of the sweep").atMost(PATIENCE).until(() -> x.ledger().totalRefreshes() >= 30);
            keeper.terminate();
            assertThat(keeper.log())
                    .containsPattern("stopping: [0-9]+ calls to X in flight were finished and saved, 0 were not");
        }
        assertThat(x.ledger().totalRefreshes()).isLessThan(100);
        assertThat(countOf("refreshed_at > connected_at"))
                .isEqualTo((int) x.ledger().totalRefreshes());
        assertThat(countOf("lease_owner is not null")).isZero();
    }

    private static long linesIn(Path folder) {
        try (var files = Files.list(folder)) {
            return files.mapToLong(file -> {
                        try (var lines = Files.lines(file)) {
                            return lines.count();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int countOf(String condition) {
        return (int) database.count("account where " + condition);
    }

    private static List<Api.Reply> together(int many, Callable<Api.Reply> call) throws Exception {
        return together(many, number -> call.call());
    }

    @FunctionalInterface
    private interface Numbered {
        Api.Reply call(int number) throws Exception;
    }

    /** Makes all calls at the same moment: each thread waits at a barrier before it calls. */
    private static List<Api.Reply> together(int many, Numbered call) throws Exception {
        var barrier = new CyclicBarrier(many);
        try (var threads = Executors.newFixedThreadPool(many)) {
            var futures = new ArrayList<Future<Api.Reply>>();
            for (var i = 0; i < many; i++) {
                var number = i;
                futures.add(threads.submit(() -> {
                    barrier.await();
                    return call.call(number);
                }));
            }
            var replies = new ArrayList<Api.Reply>();
            for (var future : futures) {
                replies.add(future.get());
            }
            return replies;
        }
    }
}
