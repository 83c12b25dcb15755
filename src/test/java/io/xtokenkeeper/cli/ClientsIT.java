package io.xtokenkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import io.xtokenkeeper.testkit.Browser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as they are typed, and the examples as they are run, against the packaged service. */
class ClientsIT {
    private static final String KNOWN = "2244994945";
    private static final String PERSON = "783214";

    private static TestPostgres database;
    private static Sandbox x;
    private static Map<String, String> settings;
    private static KeeperProcess keeper;

    @TempDir
    private Path folder;

    /** What a command printed, and how it ended. */
    private record Ended(int status, String out) {}

    @BeforeAll
    static void begin() {
        database = TestPostgres.begin();
        x = Sandbox.start(SandboxOptions.defaults().withPort(0));
        settings = KeeperProcess.settings(database, x);
        keeper = KeeperProcess.start(settings);
        keeper.api().importDue(List.of(x.issueGrant(KNOWN)));
    }

    @AfterAll
    static void end() {
        keeper.close();
        x.close();
        database.close();
    }

    private Process start(Path printed, Map<String, String> environment, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("bin/keeper"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("KEEPER_") || name.startsWith("QUARKUS_"));
        builder.environment().putAll(environment);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
    }

    private Ended keeper(Map<String, String> environment, String... arguments) throws Exception {
        var printed = Files.createTempFile(folder, "printed", "");
        var status = start(printed, environment, arguments).waitFor();
        return new Ended(status, Files.readString(printed));
    }

    private Ended talk(String... arguments) throws Exception {
        return keeper(talking(KeeperProcess.ADMIN_KEY), arguments);
    }

    private static Map<String, String> talking(String key) {
        return Map.of("KEEPER_URL", keeper.url().toString(), "KEEPER_KEY", key);
    }

    @Test
    void connectShowsALinkAndWaitsForThePersonWhoUsesIt() throws Exception {
        var printed = Files.createTempFile(folder, "connect", "");
        var connect = start(printed, talking(KeeperProcess.ADMIN_KEY), "connect", "--user", PERSON);
        Sleep.until("it waits", Duration.ofSeconds(20), () -> read(printed).contains("waiting"));
        var link = URI.create(read(printed).lines().findFirst().orElseThrow());
        assertThat(connect.isAlive()).isTrue();
        new Browser(keeper).consent(PERSON, "?" + link.getRawQuery());
        assertThat(connect.waitFor()).isZero();
        assertThat(read(printed)).contains("connected: " + PERSON);
        assertThat(talk("accounts").out()).contains(PERSON).contains("ACTIVE");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void tokenPrintsTheTokenAloneAndRefreshPrintsNone() throws Exception {
        var token = talk("token", KNOWN);
        assertThat(token.status()).isZero();
        assertThat(token.out().strip()).isEqualTo(keeper.api().token(KNOWN).text("access_token"));
        var refreshed = talk("refresh", KNOWN);
        assertThat(refreshed.status()).isZero();
        assertThat(refreshed.out())
                .startsWith("refreshed")
                .doesNotContain(keeper.api().token(KNOWN).text("access_token"));
    }

    @Test
    void whatTheServiceRefusesIsSaidInItsWordsAndTheKeyIsNot() throws Exception {
        assertThat(talk("token", "1").out()).startsWith("keeper: ").contains("No account has this id");
        var wrong = keeper(talking("a-key-that-nobody-made"), "accounts");
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.out()).contains("not good").doesNotContain("a-key-that-nobody-made");
        var broken = keeper(talking("two\nlines"), "accounts");
        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.out()).contains("KEEPER_KEY").doesNotContain("lines");
        assertThat(talk("refresh", "../keys").out()).contains("digits only");
        assertThat(talk("no-such-command").status()).isEqualTo(2);
    }

    @Test
    void importSaysWhichLinesWereNotTakenAndQuotesNone() throws Exception {
        var grant = x.issueGrant("17874544");
        var file = Files.writeString(folder.resolve("grants.json"), """
                [{"x_user_id": "17874544", "refresh_token": "%s"}, {"x_user_id": "17874545"}]
                """.formatted(grant.refreshToken()));
        var imported = talk("import", file.toString());
        assertThat(imported.status()).isEqualTo(1);
        assertThat(imported.out())
                .contains("2: invalid")
                .contains("done: {imported=1, invalid=1}")
                .doesNotContain(grant.refreshToken());
        var broken = talk(
                "import",
                Files.writeString(folder.resolve("broken"), "secret-token").toString());
        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.out()).contains("not JSON").doesNotContain("secret-token");
    }

    @Test
    void rotateKeysWaitsUntilEverythingIsSealedAnew() throws Exception {
        var rotated = talk("rotate-keys");
        assertThat(rotated.out()).contains("was added").contains("finished");
        assertThat(rotated.status()).isZero();
    }

    @Test
    void theDoctorFindsNothingWhereAllIsWell() throws Exception {
        var environment = new HashMap<>(settings);
        environment.put("REDIRECT_URI", "http://127.0.0.1/oauth/callback");
        var well = keeper(environment, "doctor", "--probe-credentials");
        assertThat(well.out().lines())
                .as(well.out())
                .hasSize(6)
                .allMatch(line -> line.startsWith("OK"))
                .anyMatch(line -> line.contains("schema version"));
        assertThat(well.status()).isZero();
    }

    @Test
    void theDoctorNamesEverythingThatIsWrong() throws Exception {
        var environment = new HashMap<>(settings);
        environment.put("CLIENT_SECRET", "a-wrong-secret");
        environment.put("KEEPER_JOURNAL", "/dev/null");
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:1/none?password=hidden");
        var ill = keeper(environment, "doctor", "--probe-credentials");
        assertThat(ill.status()).isEqualTo(1);
        assertThat(ill.out().lines().filter(line -> line.startsWith("FAIL")))
                .as(ill.out())
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("database").contains("refused"),
                        line -> assertThat(line).contains("KEEPER_JOURNAL").describedAs("journal"),
                        line -> assertThat(line).contains("credentials").contains("CLIENT_SECRET"));
        environment.put("KEEPER_MASTER_KEY", "short-secret");
        var worse = keeper(environment, "doctor");
        assertThat(worse.out()).contains("FAIL  configuration  KEEPER_MASTER_KEY");
        assertThat(ill.out() + worse.out())
                .doesNotContain("a-wrong-secret")
                .doesNotContain("short-secret")
                .doesNotContain("hidden");
    }

    @Test
    void theJavaExampleIsOneFileThatAsksX() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        assertThat(example(java, "examples/java/Me.java", KNOWN)).contains("\"id\":\"" + KNOWN + "\"");
    }

    @Test
    void thePythonExampleAsksX() throws Exception {
        assumeTrue(runs("python3", "-c", "import requests"), "python3 with requests is not here");
        assertThat(example("python3", "examples/python/me.py", KNOWN)).isNotBlank();
    }

    /** Tweepy has X's address built in, so that no more than its client is made. */
    @Test
    void theExampleForTweepyMakesAClientWithAToken() throws Exception {
        assumeTrue(runs("python3", "-c", "import requests, tweepy"), "python3 with requests and tweepy is not here");
        var program = "import sys; sys.path.insert(0, 'examples/python'); import me_tweepy;"
                + " print(me_tweepy.client('" + KNOWN + "').bearer_token)";
        assertThat(example("python3", "-B", "-c", program).strip())
                .isEqualTo(keeper.api().token(KNOWN).text("access_token"));
    }

    /** twitter-api-v2 has X's address built in, so that the part without it is run. */
    @Test
    void theNodeExampleGetsAToken() throws Exception {
        assumeTrue(runs("node", "-e", "fetch"), "node 18 or newer is not here");
        var program = "import('./examples/node/keeper.mjs').then(k => k.accessToken('" + KNOWN
                + "')).then(token => console.log(token))";
        assertThat(example("node", "-e", program).strip())
                .isEqualTo(keeper.api().token(KNOWN).text("access_token"));
    }

    private String example(String... command) throws Exception {
        var printed = Files.createTempFile(folder, "example", "");
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(talking(KeeperProcess.ADMIN_KEY));
        builder.environment().put("X_API_URL", x.url().toString());
        var status = builder.redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start()
                .waitFor();
        assertThat(status).as(read(printed)).isZero();
        return read(printed);
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
