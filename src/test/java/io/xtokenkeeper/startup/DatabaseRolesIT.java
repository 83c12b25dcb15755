package io.xtokenkeeper.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.DocumentedRoles;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The packaged service on a database whose roles were created exactly as docs/operations.md describes. */
class DatabaseRolesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static TestPostgres database;
    private static Sandbox x;
    private static Map<String, String> settings;
    private static KeeperProcess keeper;

    @BeforeAll
    static void begin() {
        database = CLUSTER.database();
        x = CLUSTER.x();
        var roles = DocumentedRoles.create(database);
        settings = CLUSTER.settings();
        settings.put("KEEPER_CONSENT_OPEN", "true");
        roles.use(settings);
        keeper = CLUSTER.start(settings);
    }

    private static String url() {
        return database.url().replaceAll("/postgres$", "/keeper");
    }

    private static List<String> query(String user, String password, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url(), user, password);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var found = new java.util.ArrayList<String>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private static void asService(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url(), "keeper", "one-password");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> asOwner(String sql) throws SQLException {
        return query("keeper_owner", "another-password", sql);
    }

    @Test
    void theServiceDoesAllItsWorkWithoutTheRightToChangeWhatWasRecorded() throws SQLException {
        var api = keeper.api();
        var browser = new HttpBrowser(keeper);
        assertThat(browser.open(browser.allow(browser.begin(""), "2244994945")).statusCode())
                .isEqualTo(303);
        api.importDue(List.of(x.issueGrant("77"), x.issueGrant("78")));
        for (var id : List.of("2244994945", "77")) {
            assertThat(api.token(id).status()).isEqualTo(200);
            assertThat(api.refresh(id).status()).isEqualTo(200);
        }
        x.revokeAtX("78");
        assertThat(api.refresh("78").status()).isEqualTo(409);
        assertThat(api.post("/api/v1/consent-links", "{}").status()).isEqualTo(201);
        var key = api.post("/api/v1/keys", "{\"name\":\"a\",\"rights\":[\"read\"],\"references\":[\"a\"]}");
        assertThat(key.status()).as(key.http().body()).isEqualTo(201);
        assertThat(api.with(key.text("key")).get("/api/v1/accounts").status()).isEqualTo(200);
        assertThat(api.delete("/api/v1/keys/" + key.text("id")).status()).isEqualTo(204);
        assertThat(api.delete("/api/v1/accounts/77").status()).isEqualTo(204);
        assertThat(api.post("/api/v1/vault/rotate").status()).isEqualTo(202);
        await("the rotation is over")
                .atMost(PATIENCE)
                .until(() -> api.get("/api/v1/vault")
                        .json()
                        .path("rotation")
                        .path("status")
                        .asText()
                        .equals("FINISHED"));

        assertThat(asOwner("select distinct type from audit_event"))
                .contains(
                        "account.connected",
                        "account.imported",
                        "account.needs_consent",
                        "account.disconnected",
                        "key.created",
                        "key.revoked",
                        "consent_link.created",
                        "vault.rotated",
                        "vault.resealed");
        assertThat(keeper.log()).doesNotContain("permission denied");
    }

    @Test
    void whatWasRecordedCannotBeChangedNorDeletedNorTheSchemaTouched() throws SQLException {
        keeper.api().post("/api/v1/consent-links", "{}");
        for (var forbidden : List.of(
                "update audit_event set detail = 'nothing'",
                "delete from audit_event",
                "truncate audit_event",
                "alter table audit_event add column more text",
                "drop table audit_event",
                "update audit_event set account_id = null",
                "delete from data_key",
                "delete from flyway_schema_history",
                "create table mine (id integer)",
                "create or replace function forget_events(older_than interval, how_many integer) returns bigint"
                        + " language sql as 'select 0::bigint'")) {
            assertThatThrownBy(() -> asService(forbidden))
                    .as(forbidden)
                    .isInstanceOf(SQLException.class)
                    .hasMessageMatching("(?s).*(permission denied|must be owner).*");
        }
        assertThat(asOwner("select count(*) from audit_event").getFirst()).isNotEqualTo("0");
    }

    /** An id far ahead would hide later events from every reader that continues from an id. */
    @Test
    void neitherTheIdNorTheTimeOfAnEventCanBeChosen() throws SQLException {
        assertThatThrownBy(
                        () -> asService("insert into audit_event (id, at, type, actor, outcome) overriding system value"
                                + " values (9000000000, now(), 'forged', 'a', 'DONE')"))
                .hasMessageContaining("permission denied");
        asService("insert into audit_event (at, type, actor, outcome)"
                + " values (now() + interval '10 days', 'dated', 'a', 'DONE')");

        assertThat(
                        asOwner(
                                "select at between now() - interval '1 minute' and now() from audit_event where type = 'dated'"))
                .containsExactly("t");
    }

    @Test
    void oldEventsAreForgottenAndYoungOnesAreNotWhoeverAsks() throws SQLException {
        assertThatThrownBy(() -> query("keeper", "one-password", "select forget_events(interval '29 days', 100)"))
                .hasMessageContaining("last 30 days");
        assertThatThrownBy(() -> query("keeper", "one-password", "select forget_events(null, 100)"))
                .hasMessageContaining("last 30 days");
        try (var connection = DriverManager.getConnection(url(), "keeper_owner", "another-password");
                var statement = connection.createStatement()) {
            statement.execute(
                    "insert into audit_event (at, type, actor, outcome) values (now() - interval '401 days', 'old', 'a', 'DONE'),"
                            + " (now() - interval '29 days', 'young', 'a', 'DONE')");
        }
        // the running service may have purged it before
        assertThat(query("keeper", "one-password", "select forget_events(interval '400 days', 100000)"))
                .containsAnyOf("0", "1");
        assertThat(asOwner("select type from audit_event where type in ('old', 'young')"))
                .containsExactly("young");
    }

    @Test
    void withoutTheOwnersPasswordItStartsWhereTheSchemaIsAsItMustBeAndSaysSoWhereNot() throws SQLException {
        var without = new java.util.HashMap<>(settings);
        without.remove("QUARKUS_FLYWAY_USERNAME");
        without.remove("QUARKUS_FLYWAY_PASSWORD");
        try (var other = CLUSTER.start(without)) {
            assertThat(other.api().get("/api/v1/vault").status()).isEqualTo(200);
        }
        database.update("create database empty");
        without.put("QUARKUS_DATASOURCE_JDBC_URL", database.url().replaceAll("/postgres$", "/empty"));
        try (var other = KeeperProcess.launch(without)) {
            assertThat(other.exitCode()).isEqualTo(1);
            assertThat(other.log()).contains("the database is not ready").doesNotContain("\tat ");
        }
    }
}
