package io.xtokenkeeper.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.PgBouncer;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server whose defaults are not those for which the statements are written. */
class DatabaseDefaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Recorded by a trigger, in the transactions of the service itself. */
    private static final String RECORD_SETTINGS = """
            create table seen_settings (isolation text, commits text);
            create function note_settings() returns trigger language plpgsql as $$
            begin
                insert into seen_settings
                     values (current_setting('transaction_isolation'), current_setting('synchronous_commit'));
                return null;
            end $$;
            create trigger note_settings after insert or update on account
                for each statement execute function note_settings()""";

    @RegisterExtension
    final TestCluster cluster = new TestCluster(TestPostgres::begin);

    private TestPostgres database;

    @BeforeEach
    void setDefaults() {
        database = cluster.database();
        database.update("alter system set default_transaction_isolation = 'serializable'");
        database.update("alter system set synchronous_commit = 'off'");
        database.query("select pg_reload_conf()");
        await("the server's defaults are those")
                .atMost(PATIENCE)
                .until(() ->
                        database.query("show default_transaction_isolation").contains("serializable")
                                && database.query("show synchronous_commit").contains("off"));
    }

    private void refreshThree(KeeperProcess keeper) {
        database.update(RECORD_SETTINGS);
        keeper.api().importDue(cluster.x().seed(3));
        await("they are refreshed")
                .atMost(PATIENCE)
                .until(() -> database.count("account where access_token is not null") == 3);
    }

    @Test
    void everyTransactionIsReadCommittedAndWaitsForTheDisk() {
        refreshThree(cluster.start());

        assertThat(database.query("select distinct isolation || ', ' || commits from seen_settings"))
                .containsExactly("read committed, on");
        assertThat(database.query(
                        "select relname from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace"
                                + " and not exists (select from pg_trigger t where t.tgrelid = c.oid"
                                + " and t.tgname = 'commit_waits_for_disk')"))
                .as("tables whose last moments may be lost")
                .containsExactlyInAnyOrder(
                        "flyway_schema_history", "refresh_minute", "usage_hour", "webhook_cursor", "seen_settings");
    }

    /**
     * There the isolation level belongs to the session and stays the server's: replicas get serialization errors, and log
     * what to do.
     */
    @Test
    void everyTransactionWaitsForTheDiskBehindAConnectionPoolerToo() {
        assumeTrue(PgBouncer.isInstalled(), PgBouncer.MISSING);
        var pooler = cluster.closeLater(PgBouncer.start(database, "transaction", 6));
        var keeper = cluster.start("QUARKUS_DATASOURCE_JDBC_URL", pooler.url());
        refreshThree(keeper);

        assertThat(database.query("select distinct commits from seen_settings")).containsExactly("on");
        assertThat(keeper.log()).contains("default_transaction_isolation is serializable", "ALTER ROLE");
    }
}
