package io.xtokenkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The process is killed (SIGKILL) between two steps of the protocol, or the database rejects one of them; another process
 * continues. For a kill between X's response and the save, see {@code RefreshIT}.
 */
class CrashRecoveryIT {
    private static final int GRANTS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

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

    private KeeperProcess keeper() {
        return cluster.start("KEEPER_REFRESH_LEASE", "12s", "KEEPER_REFRESH_TIMEOUT", "2s");
    }

    @Test
    void killedAfterTheClaimBeforeXsWorkLosesNothing() {
        killedWhile(Fault.HANG);
        try (var next = keeper()) {
            await("all are refreshed").atMost(PATIENCE).until(() -> count("refreshed_at > connected_at") == GRANTS);
            assertThat(x.ledger().totalRefreshes()).isEqualTo(GRANTS);
            assertThat(x.ledger().doubleSpends()).isZero();
        }
    }

    /** The one loss that cannot be prevented: it is detected, recorded with its reason, and counted. */
    @Test
    void killedBetweenXsWorkAndItsAnswerTheLossIsNamed() {
        killedWhile(Fault.HANG_AFTER);
        try (var next = keeper()) {
            await("all are found out")
                    .atMost(PATIENCE)
                    .until(() -> count("status_reason = 'LOST_IN_FLIGHT'") == GRANTS);
            var api = next.api();
            assertThat(api.get("/q/metrics").http().body())
                    .contains("keeper_grants_lost_total{reason=\"lost_in_flight\"} " + (double) GRANTS);
            assertThat(api.get("/api/v1/events").http().body()).contains("account.lost");
            assertThat(count("refresh_token is not null")).as("kept, sealed").isEqualTo(GRANTS);
        }
    }

    private void killedWhile(Fault fault) {
        try (var keeper = keeper()) {
            x.update(switches -> switches.withFault(Endpoint.REFRESH, fault));
            keeper.api().importDue(x.seed(GRANTS));
            await("calls under way").atMost(PATIENCE).until(() -> x.ledger().openTokenCalls() == GRANTS);
            keeper.kill();
        }
        x.update(switches -> switches.withoutFaults());
    }

    @Test
    void aStoreThatCannotBeWrittenSpendsNoToken() throws SQLException {
        try (var keeper = keeper()) {
            keeper.api().importDue(x.seed(GRANTS));
            await("all are refreshed").atMost(PATIENCE).until(() -> count("refreshed_at > connected_at") == GRANTS);
            readOnly(true);
            database.query("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                    + " and backend_type = 'client backend'");
            var before = x.ledger().calls(Endpoint.REFRESH);

            assertThat(keeper.api()
                            .refresh(database.query("select id from account").getFirst())
                            .status())
                    .isEqualTo(503);
            Sleep.millis(2_500); // two runs of the scheduler
            assertThat(x.ledger().calls(Endpoint.REFRESH)).isEqualTo(before);
            assertThat(keeper.log()).contains("Cannot claim due accounts");

            readOnly(false);
            await("it works again")
                    .atMost(PATIENCE)
                    .until(() -> keeper.api()
                                    .refresh(database.query("select id from account")
                                            .getFirst())
                                    .status()
                            == 200);
        }
    }

    /** Makes the database respond like one that failed over to its standby, or has no space left. */
    private void readOnly(boolean on) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("set default_transaction_read_only = off");
            statement.execute("alter database postgres set default_transaction_read_only = " + (on ? "on" : "off"));
        }
    }

    private int count(String where) {
        return (int) database.count("account where " + where);
    }
}
