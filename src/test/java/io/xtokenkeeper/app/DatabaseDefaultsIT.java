package io.xtokenkeeper.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.testkit.TestCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server whose defaults are not those that our statements are written for. */
class DatabaseDefaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Written by a trigger, in the transactions of the service itself. */
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
    final TestCluster cluster = new TestCluster();

    @Test
    void everyTransactionIsReadCommittedAndWaitsForTheDisk() {
        var database = cluster.database();
        database.update("alter system set default_transaction_isolation = 'serializable'");
        database.update("alter system set synchronous_commit = 'off'");
        database.query("select pg_reload_conf()");
        await("the server's defaults are those")
                .atMost(PATIENCE)
                .until(() ->
                        database.query("show default_transaction_isolation").contains("serializable")
                                && database.query("show synchronous_commit").contains("off"));
        var keeper = cluster.start();
        database.update(RECORD_SETTINGS);
        keeper.api().importDue(cluster.x().seed(3));
        await("they are refreshed")
                .atMost(PATIENCE)
                .until(() -> database.count("account where access_token is not null") == 3);

        assertThat(database.query("select distinct isolation || ', ' || commits from seen_settings"))
                .containsExactly("read committed, on");
    }
}
