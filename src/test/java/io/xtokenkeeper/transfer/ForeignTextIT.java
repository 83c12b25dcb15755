package io.xtokenkeeper.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.grants.TestUser;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperCommand;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text from X and from other programs that PostgreSQL rejects. */
class ForeignTextIT {
    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static TestPostgres database;
    private static Sandbox x;
    private static KeeperProcess keeper;

    @BeforeAll
    static void begin() {
        database = CLUSTER.database();
        x = CLUSTER.x();
        keeper = CLUSTER.start("KEEPER_CONSENT_OPEN", "true", "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
    }

    @Test
    void aNameThatCannotBeStoredDoesNotCostTheGrant() {
        x.update(switches -> switches.withProfile(new TestUser("201", "ada\0\u202E", "Ada\0 \u202ELove\u0007lace")));

        assertThat(new HttpBrowser(keeper).consent("201", "").statusCode()).isEqualTo(303);

        assertThat(keeper.api().account("201").text("name")).isEqualTo("Ada Lovelace");
        assertThat(keeper.api().account("201").text("username")).isEqualTo("ada");
        assertThat(x.ledger().isLive(keeper.api().token("201").text("access_token")))
                .isTrue();
    }

    /** Longer than an index entry of PostgreSQL may be if it is not clipped, and not compressible. */
    @Test
    void aNameWithoutEndIsClipped() {
        var letters = IntStream.range(0, 8_000)
                .mapToObj(i -> Character.toString(0x4E00 + (i * 7919) % 20_000))
                .collect(Collectors.joining());
        x.update(switches -> switches.withProfile(new TestUser("202", "long", letters)));

        assertThat(new HttpBrowser(keeper).consent("202", "").statusCode()).isEqualTo(303);

        assertThat(keeper.api().account("202").text("name")).isEqualTo(letters.substring(0, 200));
    }

    @Test
    void inAnImportNoLineCostsTheOthers() {
        database.update("alter table account add constraint not_13 check (id <> '3013')");
        var lines = IntStream.range(0, 30)
                .mapToObj(i -> "{\"x_user_id\":\"30%02d\",\"refresh_token\":\"r%d\",\"name\":\"N%s\"}"
                        .formatted(i, i, i == 7 ? "\\u0000\\u202Eew" : "ew"))
                .collect(Collectors.joining("\n"));

        var results = keeper.api().send("POST", "/api/v1/accounts/import", "application/x-ndjson", lines);

        assertThat(results.http().body().lines().map(line -> line.replaceAll(".*\"result\":\"([a-z]+)\".*", "$1")))
                .hasSize(30)
                .filteredOn("imported"::equals)
                .hasSize(29);
        assertThat(results.http().body().lines().filter(line -> line.contains("\"3013\"")))
                .singleElement()
                .asString()
                .contains("\"line\":14,", "\"invalid\"", "database refuses");
        assertThat(keeper.api().account("3007").text("name")).isEqualTo("New");
    }

    @ParameterizedTest
    @ValueSource(strings = {"LATIN1", "SQL_ASCII"})
    void aDatabaseThatCannotHoldEveryNameIsRefused(String encoding) {
        database.update("create database in_%s encoding '%s' template template0 lc_collate 'C' lc_ctype 'C'"
                .formatted(encoding, encoding));
        var settings = CLUSTER.settings();
        settings.put("REDIRECT_URI", "http://127.0.0.1:8080/oauth/callback");
        settings.put(
                "QUARKUS_DATASOURCE_JDBC_URL", database.url().replaceFirst("[^/]+$", "in_" + encoding.toLowerCase()));

        var start = KeeperProcess.launch(settings);
        assertThat(start.exitCode()).isEqualTo(1);
        assertThat(start.log())
                .contains("x-token-keeper cannot start: the database's encoding is " + encoding)
                .doesNotContain("\tat ");

        var doctor = KeeperCommand.run(settings, "doctor");
        assertThat(doctor.status()).isNotZero();
        assertThat(doctor.out()).contains("FAIL").contains("encoding is " + encoding);
    }
}
