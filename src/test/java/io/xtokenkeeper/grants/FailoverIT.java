package io.xtokenkeeper.grants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A standby takes over that does not have the latest commits: claims as well as saves. */
class FailoverIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String REFRESHED = "account where status = 'ACTIVE' and refreshed_at > connected_at";

    @RegisterExtension
    final TestCluster cluster = new TestCluster();

    private TestPostgres database;
    private Sandbox x;

    @BeforeEach
    void begin() {
        database = cluster.database();
        x = cluster.x();
        x.update(switches -> switches.withReplayKillsFamily(true));
    }

    /** Refreshes on request only, and checks the database every second. */
    private KeeperProcess keeper(String journal) {
        return cluster.start(
                "KEEPER_REFRESH_MODE", "lazy",
                "KEEPER_REFRESH_TIMEOUT", "2s",
                "KEEPER_REFRESH_LEASE", "12s",
                "KEEPER_JOURNAL", database.beside("journal").resolve(journal).toString());
    }

    private void refreshUnknownToTheStandby(KeeperProcess keeper, SeededGrant grant) {
        keeper.api().importDue(List.of(grant));
        database.keepCopy();
        await("a token")
                .atMost(PATIENCE)
                .until(() -> keeper.api().token(grant.userId()).status() == 200);
    }

    @Test
    void aPairThatTheStandbyForgotIsSavedAgain() {
        var grant = x.seed(1).getFirst();
        try (var keeper = keeper("one")) {
            refreshUnknownToTheStandby(keeper, grant);
            assertThat(database.count(REFRESHED)).isEqualTo(1);

            database.promoteCopy();

            await("the pair is saved again").atMost(PATIENCE).until(() -> database.count(REFRESHED) == 1);
            assertThat(x.ledger().totalRefreshes()).isEqualTo(1);
            assertThat(x.ledger().liveGrants()).isEqualTo(1);
        }
    }

    @Test
    void allPairsOfAnAccountThatTheStandbyForgotAreSavedAgain() {
        var grant = x.seed(1).getFirst();
        try (var keeper = keeper("one")) {
            refreshUnknownToTheStandby(keeper, grant);
            await("a forced refresh").atMost(PATIENCE).until(() -> {
                keeper.api().refresh(grant.userId());
                return x.ledger().totalRefreshes() == 2;
            });
            var newest = database.query("select refresh_fingerprint from account");

            database.promoteCopy();

            await("both pairs are saved again")
                    .atMost(PATIENCE)
                    .until(() -> database.query("select refresh_fingerprint from account")
                            .equals(newest));
            assertThat(x.ledger().totalRefreshes()).isEqualTo(2);
            assertThat(x.ledger().liveGrants()).isEqualTo(1);
        }
    }

    @Test
    void whatIsAtXIsClaimedByNoOtherReplicaAlthoughTheClaimIsForgotten() {
        var grant = x.seed(1).getFirst();
        try (var one = keeper("one");
                var other = keeper("other")) {
            one.api().importDue(List.of(grant));
            database.keepCopy();
            await("the account can be read")
                    .atMost(PATIENCE)
                    .until(() -> one.api().account(grant.userId()).status() == 200);
            // the replica claims again some seconds after the server was unavailable
            Sleep.millis(7_000);
            x.update(switches -> switches.withLatency(Duration.ofSeconds(8)));
            var asked = CompletableFuture.supplyAsync(() -> one.api().token(grant.userId()));
            await("the call is at X").atMost(PATIENCE).until(() -> x.ledger().openTokenCalls() == 1);

            database.promoteCopy();

            await("a token")
                    .atMost(PATIENCE)
                    .until(() -> other.api().token(grant.userId()).status() == 200);
            assertThat(asked).isCompleted();
            assertThat(x.ledger().totalRefreshes()).isEqualTo(1);
            assertThat(x.ledger().doubleSpends()).isZero();
            assertThat(x.ledger().liveGrants()).isEqualTo(1);
        }
    }
}
