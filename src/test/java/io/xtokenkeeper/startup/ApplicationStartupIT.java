package io.xtokenkeeper.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestPostgres;
import java.io.File;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the packaged service starts, and how it reports that it cannot. */
class ApplicationStartupIT {
    private static final String OTHER_MASTER_KEY = "YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODk=";

    @Test
    void everythingThatIsMissingOrWrongIsNamedAtOnce() {
        try (var keeper = KeeperProcess.launch(Map.of(
                "REDIRECT_URI", "http://example.com/oauth/callback",
                "SCOPES", "tweet.read",
                "KEEPER_ADMIN_KEY", "short-secret",
                "KEEPER_REFRESH_EVERY", "soon",
                "KEEPER_REFRESH_MODE", "sometimes",
                "KEEPER_REFRESH_LEASE", "5s"))) {
            assertThat(keeper.exitCode()).isEqualTo(1);
            assertThat(keeper.log().lines().filter(line -> line.startsWith("  - ")))
                    .satisfiesExactlyInAnyOrder(
                            line -> assertThat(line).contains("QUARKUS_DATASOURCE_JDBC_URL is not set"),
                            line -> assertThat(line).contains("CLIENT_ID is not set"),
                            line -> assertThat(line).contains("REDIRECT_URI is").contains("must be an https URL"),
                            line -> assertThat(line).contains("SCOPES has no offline.access"),
                            line -> assertThat(line).contains("KEEPER_MASTER_KEY is not set"),
                            line -> assertThat(line).contains("KEEPER_ADMIN_KEY has 12 characters"),
                            line -> assertThat(line).contains("KEEPER_REFRESH_EVERY is \"soon\""),
                            line -> assertThat(line).contains("KEEPER_REFRESH_MODE is \"sometimes\""),
                            line -> assertThat(line).contains("KEEPER_REFRESH_LEASE is 5 s: it must be at least"));
            assertThat(keeper.log()).doesNotContain("short-secret").doesNotContain("\tat ");
        }
    }

    @Test
    void aWrongMasterKeyStopsTheStartAndAPreviousOneIsReplaced() {
        try (var database = TestPostgres.begin();
                var x = Sandbox.start(SandboxOptions.defaults().withPort(0))) {
            var settings = KeeperProcess.settings(database, x);
            KeeperProcess.start(settings).close();
            settings.put("KEEPER_MASTER_KEY", OTHER_MASTER_KEY);
            try (var keeper = KeeperProcess.launch(settings)) {
                assertThat(keeper.exitCode()).isEqualTo(1);
                assertThat(keeper.log())
                        .contains("the database is encrypted with master key "
                                + database.query("select master_key_id from data_key")
                                        .getFirst())
                        .doesNotContain(OTHER_MASTER_KEY)
                        .doesNotContain("\tat ");
            }
            settings.put("KEEPER_MASTER_KEY_PREVIOUS", KeeperProcess.MASTER_KEY);
            KeeperProcess.start(settings).close();
            settings.remove("KEEPER_MASTER_KEY_PREVIOUS");
            KeeperProcess.start(settings).close();
        }
    }

    @Test
    void aStartOnTheSchemaThatItNeedsMigratesNothing() {
        try (var database = TestPostgres.begin();
                var x = Sandbox.start(SandboxOptions.defaults().withPort(0))) {
            var settings = KeeperProcess.settings(database, x);
            try (var first = KeeperProcess.start(settings)) {
                assertThat(first.log()).contains("org.flywaydb");
                assertThat(database.query("select distinct application_name from pg_stat_activity"
                                + " where backend_type = 'client backend' and pid <> pg_backend_pid()"))
                        .as("who an operator of the database sees")
                        .containsExactly("x-token-keeper");
            }
            try (var second = KeeperProcess.start(settings)) {
                assertThat(second.log()).doesNotContain("org.flywaydb");
            }
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsSaidInOneLine() {
        var x = Map.of(
                "CLIENT_ID", "id",
                "KEEPER_MASTER_KEY", KeeperProcess.MASTER_KEY,
                "KEEPER_ADMIN_KEY", KeeperProcess.ADMIN_KEY,
                "QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:1/nothing",
                "QUARKUS_FLYWAY_CONNECT_RETRIES", "0");
        try (var keeper = KeeperProcess.launch(x)) {
            assertThat(keeper.exitCode()).isEqualTo(1);
            assertThat(keeper.log()).contains("the database is not ready").doesNotContain("\tat ");
        }
    }

    /** The archive contains the sandbox only for the command. */
    @ParameterizedTest
    @ValueSource(strings = {"prod", "dev", "test"})
    void aStartOfTheProductIsNeverDevMode(String profile) {
        try (var keeper = KeeperProcess.launch(Map.of(
                "QUARKUS_PROFILE", profile, "QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:1/nothing"))) {
            assertThat(keeper.exitCode()).isEqualTo(1);
            assertThat(keeper.log())
                    .contains("CLIENT_ID is not set", "KEEPER_MASTER_KEY is not set", "KEEPER_ADMIN_KEY is not set")
                    .doesNotContainIgnoringCase("sandbox");
        }
    }

    @Test
    void theProductHoldsNoEmbeddedDatabase() {
        assumeTrue(KeeperProcess.BINARY.isEmpty(), "there is no archive to look into");
        assertThat(new File("target/quarkus-app/lib/main").list())
                .isNotEmpty()
                .noneMatch(name -> name.contains("zonky") || name.contains("embedded"));
    }
}
