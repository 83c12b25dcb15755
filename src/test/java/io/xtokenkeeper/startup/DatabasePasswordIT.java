package io.xtokenkeeper.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.testkit.KeeperCommand;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Passwords as admins choose them, for a server that requires them. */
class DatabasePasswordIT {
    private static final String PASSWORD = "a$$b${user.home}$c\\{d}";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static Map<String, String> settings;

    @TempDir
    private Path folder;

    @BeforeAll
    static void askForPasswords() throws IOException {
        var database = CLUSTER.database();
        // a literal of standard SQL, in which a backslash is a backslash
        database.update("create role keeper superuser login password '" + PASSWORD + "'");
        database.update("create role keeper_migrates superuser login password 'm" + PASSWORD + "'");
        var rules = Path.of(database.query("show hba_file").getFirst());
        Files.writeString(
                rules, "host all keeper,keeper_migrates 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
        database.query("select pg_reload_conf()");
        settings = CLUSTER.settings();
        settings.put("QUARKUS_DATASOURCE_USERNAME", "keeper");
        settings.put("QUARKUS_DATASOURCE_PASSWORD", PASSWORD);
        settings.put("QUARKUS_FLYWAY_USERNAME", "keeper_migrates");
        settings.put("QUARKUS_FLYWAY_PASSWORD", "m" + PASSWORD);
    }

    private static HashMap<String, String> without(String name) {
        var others = new HashMap<>(settings);
        others.remove(name);
        return others;
    }

    @Test
    void aPasswordIsTakenLiterally() {
        try (var keeper = KeeperProcess.start(settings)) {
            assertThat(keeper.log()).doesNotContain("FATAL", "Unrecognized");
        }
        assertThat(KeeperCommand.run(withRedirect(settings), "doctor").out()).containsPattern("OK +database");
    }

    @Test
    void aPasswordMayComeFromAFileThatWindowsWrote() throws IOException {
        var file = Files.writeString(folder.resolve("password"), "\uFEFF" + PASSWORD + "\r\n");
        var others = without("QUARKUS_DATASOURCE_PASSWORD");
        others.put("QUARKUS_DATASOURCE_PASSWORD_FILE", file.toString());
        try (var keeper = KeeperProcess.start(others)) {
            assertThat(keeper.log()).doesNotContain("FATAL", "Unrecognized", PASSWORD);
        }
        assertThat(KeeperCommand.run(withRedirect(others), "doctor").out()).containsPattern("OK +database");
    }

    @Test
    void thePasswordOfTheRoleThatMigratesToo() throws IOException {
        CLUSTER.database().update("create database empty owner keeper_migrates");
        var file = Files.writeString(folder.resolve("password"), "m" + PASSWORD + "\n");
        var others = without("QUARKUS_FLYWAY_PASSWORD");
        others.put("QUARKUS_FLYWAY_PASSWORD_FILE", file.toString());
        others.put("QUARKUS_DATASOURCE_JDBC_URL", CLUSTER.database().url().replaceAll("/postgres$", "/empty"));
        try (var keeper = KeeperProcess.start(others)) {
            assertThat(keeper.log()).contains("Successfully applied");
        }
    }

    @Test
    void aFileThatIsNoneOrAPasswordGivenTwiceIsNamed() throws IOException {
        var others = without("QUARKUS_DATASOURCE_PASSWORD");
        others.put("QUARKUS_DATASOURCE_PASSWORD_FILE", PASSWORD);
        assertRefused(others, "QUARKUS_DATASOURCE_PASSWORD_FILE names a file that cannot be read");

        var utf16 = Files.writeString(folder.resolve("utf16"), PASSWORD, StandardCharsets.UTF_16);
        others.put("QUARKUS_DATASOURCE_PASSWORD_FILE", utf16.toString());
        assertRefused(others, "QUARKUS_DATASOURCE_PASSWORD_FILE names a file that is not UTF-8");

        var another = Files.writeString(folder.resolve("another"), "another-password");
        others.put("QUARKUS_DATASOURCE_PASSWORD", PASSWORD);
        others.put("QUARKUS_DATASOURCE_PASSWORD_FILE", another.toString());
        assertRefused(others, "QUARKUS_DATASOURCE_PASSWORD and QUARKUS_DATASOURCE_PASSWORD_FILE are both set");
    }

    private static void assertRefused(Map<String, String> others, String line) {
        try (var keeper = KeeperProcess.launch(others)) {
            assertThat(keeper.exitCode()).isEqualTo(1);
            assertThat(keeper.log())
                    .contains("  - " + line)
                    .doesNotContain(PASSWORD)
                    .doesNotContain("\tat ");
        }
    }

    private static Map<String, String> withRedirect(Map<String, String> known) {
        var all = new HashMap<>(known);
        all.put("REDIRECT_URI", "http://127.0.0.1:8080/oauth/callback");
        return all;
    }
}
