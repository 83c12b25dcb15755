package io.xtokenkeeper.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Replicas that are replaced while they work, and replicas that find the schema of the next version. */
class UpgradeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the next version may do to a schema that this one still uses: add to it. */
    private static final String NEXT_VERSION = """
            alter table account add column note text;
            create table note (id bigint primary key);
            insert into flyway_schema_history
                (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
            select max(installed_rank) + 1, '999', 'next', 'SQL', 'V999__next.sql', 1, 'postgres', 1, true
              from flyway_schema_history""";

    @RegisterExtension
    final TestCluster cluster = new TestCluster();

    private TestPostgres database;
    private Sandbox x;

    @BeforeEach
    void begin() {
        database = cluster.database();
        x = cluster.x();
        x.update(switches -> switches.withReplayKillsFamily(true)
                .withLatency(Duration.ofMillis(200))
                .withAccessTokenLife(Duration.ofSeconds(20)));
    }

    /** Small batches, so that a replacement happens in the middle of a run of the scheduler. */
    private KeeperProcess keeper() {
        return cluster.start("KEEPER_REFRESH_CONCURRENCY", "20", "KEEPER_REFRESH_AHEAD", "15s");
    }

    private void assertNothingIsLost(KeeperProcess keeper, int accounts) {
        assertThat(database.count("account where status = 'ACTIVE' and error_reason is null"))
                .isEqualTo(accounts);
        assertThat(x.ledger().doubleSpends()).isZero();
        for (var id : database.query("select id from account order by random() limit 20")) {
            assertThat(x.ledger().isLive(keeper.api().refresh(id).text("access_token")))
                    .as(id)
                    .isTrue();
        }
    }

    @Test
    void replicasThatAreReplacedOneAfterTheOtherDuringASweepLoseNothing() {
        var first = keeper();
        var second = keeper();
        first.api().importDue(x.seed(200));
        await("it is under way").atMost(PATIENCE).until(() -> x.ledger().totalRefreshes() > 50);

        first.terminate();
        var refreshed = x.ledger().totalRefreshes();
        try (var third = keeper()) {
            second.terminate();
            try (var fourth = keeper()) {
                await("it goes on").atMost(PATIENCE).until(() -> x.ledger().totalRefreshes() > refreshed + 250);
                assertNothingIsLost(fourth, 200);
            }
            assertThat(third.api().get("/api/v1/accounts").status()).isEqualTo(200);
        }
        assertThat(first.log()).contains("0 were not");
        assertThat(second.log()).contains("0 were not");
    }

    @Test
    void aReplicaWorksOnWithTheSchemaOfTheNextVersionAndStartsWithItToo() {
        try (var old = keeper()) {
            old.api().importDue(x.seed(100));
            await("all are refreshed").atMost(PATIENCE).until(() -> x.ledger().totalRefreshes() >= 100);
            database.update(NEXT_VERSION);
            var refreshed = x.ledger().totalRefreshes();

            try (var again = keeper()) {
                await("both go on").atMost(PATIENCE).until(() -> x.ledger().totalRefreshes() > refreshed + 100);
                assertNothingIsLost(again, 100);
                assertThat(old.api().importDue(x.seed(1, "777")).status()).isEqualTo(200);
            }
        }
    }
}
