package io.xtokenkeeper.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Adding data keys while the packaged service runs on a real database. */
class RotationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String OTHER_MASTER_KEY = "YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODk=";
    private static final String UNDER_KEY = "('x' || encode(substring(%s from 2 for 4), 'hex'))::bit(32)::int = %d";

    @RegisterExtension
    final TestCluster cluster = new TestCluster();

    private TestPostgres database;
    private Sandbox x;

    @BeforeEach
    void begin() {
        database = cluster.database();
        x = cluster.x();
    }

    private static int rotate(Api api) {
        var begun = api.post("/api/v1/vault/rotate");
        assertThat(begun.status()).as(begun.http().body()).isEqualTo(202);
        return begun.json().path("rotation").path("key").asInt();
    }

    private static JsonNode rotation(Api api) {
        return api.get("/api/v1/vault").json().path("rotation");
    }

    private static void awaitEnd(Api api) {
        await("the rotation is over")
                .atMost(PATIENCE)
                .until(() -> rotation(api).path("status").asText().equals("FINISHED"));
    }

    private void assertAllUnder(int key) {
        for (var table : EncryptedTable.ALL) {
            for (var column : table.columns()) {
                assertThat(database.count(table.name() + " where not (" + UNDER_KEY.formatted(column, key) + ")"))
                        .as(table.name() + "." + column)
                        .isZero();
            }
        }
    }

    @Test
    void whileTwoReplicasRefreshEveryValueComesUnderTheNewKeyAndNoneIsLost() {
        try (var one = cluster.start("KEEPER_CONSENT_OPEN", "true", "KEEPER_VAULT_RESEAL_RATE", "100");
                var other = cluster.start("KEEPER_VAULT_RESEAL_RATE", "100")) {
            x.update(switches -> switches.withReplayKillsFamily(true).withAccessTokenLife(Duration.ofSeconds(10)));
            var api = one.api();
            new HttpBrowser(one).begin(""); // a pending authorization request has an encrypted verifier
            api.post("/api/v1/consent-links", "{}");
            api.importDue(x.seed(300));
            await("every account has a pair")
                    .atMost(PATIENCE)
                    .until(() -> database.count("account where access_token is null") == 0);
            var before = x.ledger().totalRefreshes();

            var key = rotate(api);

            assertThat(other.api().post("/api/v1/vault/rotate").text("type")).endsWith("rotation-running");
            assertThat(rotation(other.api()).path("status").asText()).isEqualTo("RUNNING");
            awaitEnd(other.api());
            assertAllUnder(key);
            var vault = other.api().get("/api/v1/vault").json();
            assertThat(vault.path("rotation").path("total").asLong()).isGreaterThanOrEqualTo(602);
            assertThat(vault.path("rotation").path("done").asLong())
                    .isEqualTo(vault.path("rotation").path("total").asLong());
            assertThat(vault.path("keys")).hasSize(2);
            assertThat(vault.path("keys").get(0).path("values").asLong()).isZero();
            assertThat(vault.path("keys").get(0).path("retired_at").asText()).isNotEmpty();
            assertThat(vault.path("keys").get(1).path("retired_at").isNull()).isTrue();
            assertThat(x.ledger().totalRefreshes()).as("refreshes went on").isGreaterThan(before);
            assertThat(x.ledger().doubleSpends()).isZero();
            assertThat(database.count("account where status = 'ACTIVE' and error_reason is null"))
                    .isEqualTo(300);
            assertThat(database.query("select type from audit_event where type like 'vault%' order by id"))
                    .containsExactly("vault.rotated", "vault.resealed");
            await("the figures are measured again")
                    .atMost(PATIENCE)
                    .until(() -> other.api().get("/q/metrics").http().body().contains("keeper_vault_rotating 0.0"));
            assertThat(other.api().get("/q/metrics").http().body()).contains("keeper_vault_values_under_old_keys 0.0");
            assertEveryTokenIsLive(other.api());
        }
    }

    private void assertEveryTokenIsLive(Api api) {
        for (var id : database.query("select id from account order by random() limit 20")) {
            assertThat(x.ledger()
                            .isLive(api.get("/api/v1/accounts/" + id + "/token?min_ttl=4")
                                    .text("access_token")))
                    .as(id)
                    .isTrue();
        }
    }

    @Test
    void whatAKilledReplicaLeftHalfDoneIsDoneByTheNextStart() {
        int key;
        try (var keeper =
                cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER, "KEEPER_VAULT_RESEAL_RATE", "40")) {
            keeper.api().importDue(x.seed(300));
            key = rotate(keeper.api());
            await("some are done")
                    .atMost(PATIENCE)
                    .until(() -> database.count("account where " + UNDER_KEY.formatted("refresh_token", key)) > 60);
            keeper.kill();
        }
        assertThat(database.count("account where " + UNDER_KEY.formatted("refresh_token", key)))
                .isLessThan(300);

        try (var keeper = cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER)) {
            assertThat(rotation(keeper.api()).path("done").asLong()).isGreaterThan(60);
            awaitEnd(keeper.api());
            assertAllUnder(key);
            assertThat(keeper.api()
                            .refresh(database.query("select max(id) from account")
                                    .getFirst())
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void sealingAnewTouchesNothingButTheSealedColumnsAndStaysOnThePage() {
        try (var keeper = cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER)) {
            keeper.api().importDue(x.seed(2_000));
            var rest =
                    "select md5(string_agg((to_jsonb(a) - 'access_token' - 'refresh_token')::text, '' order by id)) from account a";
            var before = database.query(rest);
            database.query("select pg_stat_reset()");

            rotate(keeper.api());
            awaitEnd(keeper.api());

            assertThat(database.query(rest)).isEqualTo(before);
            await("statistics").atMost(PATIENCE).until(() -> updates("n_tup_upd") >= 2_000);
            assertThat(updates("n_tup_upd")).isEqualTo(2_000);
            assertThat(updates("n_tup_hot_upd")).isGreaterThan(1_500);
        }
    }

    private long updates(String figure) {
        return Long.parseLong(database.query("select " + figure + " from pg_stat_user_tables where relname = 'account'")
                .getFirst());
    }

    @Test
    void valuesThatDoNotOpenAreCountedAndLeftAndKeepNobodyWaiting() {
        try (var keeper = cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER)) {
            var api = keeper.api();
            api.importDue(x.seed(20));
            var ids = database.query("select id from account order by id");
            ids.subList(0, 5).forEach(api::refresh);
            // a flipped bit, two rows that swapped values, two columns that swapped values
            database.update(
                    "update account set refresh_token = set_byte(refresh_token, 30, get_byte(refresh_token, 30) # 1)"
                            + " where id = '" + ids.get(10) + "'");
            database.update(
                    "update account a set refresh_token = b.refresh_token from account b where (a.id, b.id) in (('%1$s','%2$s'),('%2$s','%1$s'))"
                            .formatted(ids.get(1), ids.get(2)));
            database.update("update account set access_token = refresh_token, refresh_token = access_token where id = '"
                    + ids.get(3) + "'");

            var key = rotate(api);
            awaitEnd(api);

            assertThat(rotation(api).path("unreadable").asLong()).isEqualTo(5);
            assertThat(rotation(api).path("done").asLong())
                    .isEqualTo(rotation(api).path("total").asLong() - 5);
            assertThat(database.count("account where " + UNDER_KEY.formatted("refresh_token", key)))
                    .isEqualTo(16);
            assertThat(keeper.log()).contains("account " + ids.get(10) + ": refresh_token does not open; it stays");
            assertThat(api.get("/api/v1/accounts").json().path("accounts")).hasSize(20);
            assertThat(api.token(ids.get(10)).status()).isEqualTo(503);
            assertThat(api.account(ids.get(10))
                            .json()
                            .path("last_error")
                            .path("reason")
                            .asText())
                    .isEqualTo("UNREADABLE");
            assertThat(api.refresh(ids.get(11)).status()).isEqualTo(200);
        }
    }

    @Test
    void aDataKeyThatIsGoneTakesItsOwnValuesAlong() {
        try (var keeper = cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER)) {
            keeper.api().importDue(List.of(x.issueGrant("77")));
        }
        database.update("delete from data_key");
        try (var keeper = cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER)) {
            var api = keeper.api();
            assertThat(api.get("/api/v1/vault")
                            .json()
                            .path("values_under_unknown_keys")
                            .asLong())
                    .isEqualTo(1);
            api.importDue(List.of(x.issueGrant("78")));
            assertThat(api.token("77").status()).isEqualTo(503);
            assertThat(api.refresh("78").status()).isEqualTo(200);
        }
    }

    @Test
    void theTimerAddsAKeyWhenTheNewestIsOld() {
        try (var keeper =
                cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER, "KEEPER_VAULT_ROTATE_EVERY", "1d")) {
            Sleep.millis(2_000);
            assertThat(database.count("data_key")).isEqualTo(1);

            database.update("update data_key set created_at = now() - interval '25 hours'");

            await("a key is added").atMost(PATIENCE).until(() -> database.count("data_key") == 2);
            awaitEnd(keeper.api());
            assertThat(database.query("select actor from audit_event where type = 'vault.rotated'"))
                    .containsExactly("timer");
        }
    }

    @Test
    void theMasterKeyIsChangedReplicaByReplica() {
        var refresh = new String[] {"KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER};
        try (var old = cluster.start(refresh)) {
            old.api().importDue(List.of(x.issueGrant("77"), x.issueGrant("78")));
            try (var next = cluster.start(
                    "KEEPER_REFRESH_EVERY",
                    KeeperProcess.NO_TIMER,
                    "KEEPER_MASTER_KEY",
                    OTHER_MASTER_KEY,
                    "KEEPER_MASTER_KEY_PREVIOUS",
                    KeeperProcess.MASTER_KEY)) {
                assertThat(database.query("select distinct master_key_id from data_key"))
                        .hasSize(1);
                // a key that the old replica adds meanwhile is wrapped with the old master key
                var key = rotate(old.api());
                await("the new replica has it")
                        .atMost(PATIENCE)
                        .until(() -> next.log().contains("Loaded data key " + key));
                awaitEnd(next.api());
                assertThat(database.query("select distinct master_key_id from data_key"))
                        .hasSize(1);
                assertThat(next.api().refresh("77").status()).isEqualTo(200);
                assertThat(old.api().refresh("78").status()).isEqualTo(200);
            }
        }
        try (var next =
                cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER, "KEEPER_MASTER_KEY", OTHER_MASTER_KEY)) {
            assertThat(next.api().token("77").status()).isEqualTo(200);
        }
    }

    @Test
    void everySealedColumnIsInTheList() {
        try (var keeper = cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER)) {
            var hashes = List.of("api_key.sha256", "operator_session.sha256", "data_key.wrapped");
            assertThat(database.query("""
                            select table_name || '.' || column_name from information_schema.columns
                             where table_schema = 'public' and data_type = 'bytea' and column_name not like '%hash'"""))
                    .as("add it to EncryptedTable, or to the hashes here")
                    .containsExactlyInAnyOrderElementsOf(java.util.stream.Stream.concat(
                                    hashes.stream(),
                                    EncryptedTable.ALL.stream()
                                            .flatMap(table -> table.columns().stream()
                                                    .map(column -> table.place("", column)
                                                                    .table() + "." + column)))
                            .toList());
        }
    }
}
