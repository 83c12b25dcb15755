package io.xtokenkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperCommand;
import io.xtokenkeeper.testkit.KeeperCommand.Ended;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Programs;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands as they are typed, and the example clients as they are run, against the packaged service. */
class ClientsIT {
    private static final String KNOWN = "2244994945";
    private static final String LIVES = "1001";
    private static final String ROTATED = "1002";
    private static final String OLD_BUT_GOOD = "1003";
    private static final String OLD_AND_SPENT = "1004";

    /** The last two accounts' tokens are hours old when the backup is restored. */
    private static final String BACKUP = """
            create table backup as
            select id, access_token, refresh_token, refresh_fingerprint,
                   refreshed_at - age as refreshed_at, access_expires_at - age as access_expires_at
              from account, lateral (select case when id < '1003' then interval '0' else interval '3 hours' end as age) old
             where id between '1001' and '1004'""";

    private static final String RESTORE = """
            update account
               set access_token = backup.access_token, refresh_token = backup.refresh_token,
                   refresh_fingerprint = backup.refresh_fingerprint, refreshed_at = backup.refreshed_at,
                   access_expires_at = backup.access_expires_at, next_refresh_at = now() - interval '1 minute'
              from backup where backup.id = account.id""";

    private static final String OTHER_MASTER_KEY = "YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODk=";
    private static final String PERSON = "783214";

    /** {@code keeper doctor} needs the configuration of a process of its own. */
    private static final Doctor NO_DOCTOR = new Doctor() {
        @Override
        public void examine(boolean probeCredentials, Consumer<CheckResult> told) {
            throw new IllegalStateException("not meant here");
        }

        @Override
        public int restoredAccountsCheck(AfterRestore params) {
            throw new IllegalStateException("not meant here");
        }
    };

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static Sandbox x;
    private static Map<String, String> settings;
    private static KeeperProcess keeper;

    @TempDir
    private Path folder;

    @BeforeAll
    static void begin() {
        x = CLUSTER.x();
        settings = CLUSTER.settings();
        // nothing is refreshed unless a test requests it
        settings.put("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        keeper = CLUSTER.start(settings);
        keeper.api().importDue(List.of(x.issueGrant(KNOWN)));
    }

    /** In this process: one of its own would cost a second. */
    private static Ended talk(String... arguments) {
        return talk(talking(KeeperProcess.ADMIN_KEY), arguments);
    }

    private static Ended talk(Map<String, String> environment, String... arguments) {
        var printed = new StringWriter();
        var writer = new PrintWriter(printed, true);
        var status = KeeperCli.run(NO_DOCTOR, environment, writer, writer, arguments);
        return new Ended(status, printed.toString());
    }

    private static Map<String, String> talking(String key) {
        return Map.of("KEEPER_URL", keeper.url().toString(), "KEEPER_KEY", key);
    }

    @Test
    void connectShowsALinkAndWaitsForThePersonWhoUsesIt() throws Exception {
        var connect = KeeperCommand.start(talking(KeeperProcess.ADMIN_KEY), "connect", "--user", PERSON);
        await("it waits")
                .atMost(Duration.ofSeconds(20))
                .until(() -> connect.out().contains("waiting"));
        var link = URI.create(connect.out().lines().findFirst().orElseThrow());
        assertThat(connect.process().isAlive()).isTrue();
        new HttpBrowser(keeper).consent(PERSON, "?link=" + link.getPath().replaceFirst(".*/", ""));
        var ended = connect.end();
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).contains("connected: " + PERSON);
        assertThat(talk("accounts").out()).contains(PERSON).contains("ACTIVE");
    }

    @Test
    void tokenPrintsTheTokenAloneAndRefreshPrintsNone() throws Exception {
        var token = KeeperCommand.run(talking(KeeperProcess.ADMIN_KEY), "token", KNOWN);
        assertThat(token.status()).isZero();
        assertThat(token.out().strip()).isEqualTo(keeper.api().token(KNOWN).text("access_token"));
        var refreshed = talk("refresh", KNOWN);
        assertThat(refreshed.status()).isZero();
        assertThat(refreshed.out())
                .startsWith("refreshed")
                .doesNotContain(keeper.api().token(KNOWN).text("access_token"));
    }

    @Test
    void whatTheServiceRefusesIsSaidInItsWordsAndTheKeyIsNot() {
        assertThat(talk("token", "1").out()).startsWith("keeper: ").contains("No account has this id");
        var wrong = talk(talking("a-key-that-nobody-made"), "accounts");
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.out()).contains("unknown, revoked or expired").doesNotContain("a-key-that-nobody-made");
        var broken = talk(talking("two\nlines"), "accounts");
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
    void importFailsIfTheServiceCannotSaveALine() throws Exception {
        CLUSTER.database().update("""
                create function refuse_account() returns trigger language plpgsql as $$
                begin
                    raise exception 'no space left' using errcode = '53100';
                end $$""");
        CLUSTER.database().update("""
                create trigger refuse_accounts before insert on account for each row
                    when (new.id = '17874546') execute function refuse_account()""");
        try {
            var file = Files.writeString(folder.resolve("grants.ndjson"), """
                    {"x_user_id": "17874546", "refresh_token": "%s"}
                    """.formatted(
                            x.issueGrant("17874546").refreshToken()));
            var imported = talk("import", file.toString());
            assertThat(imported.out()).contains("1: failed 17874546").contains("done: {failed=1}");
            assertThat(imported.status()).isEqualTo(1);
        } finally {
            CLUSTER.database().update("drop trigger refuse_accounts on account");
            CLUSTER.database().update("drop function refuse_account");
        }
    }

    @Test
    void rotateKeysWaitsUntilEverythingIsSealedAnew() {
        var rotated = talk("rotate-keys");
        assertThat(rotated.out()).contains("was added").contains("finished");
        assertThat(rotated.status()).isZero();
    }

    @Test
    void theDoctorFindsNothingWhereAllIsWell() throws Exception {
        var environment = new HashMap<>(settings);
        environment.put("REDIRECT_URI", "http://127.0.0.1/oauth/callback");
        var well = KeeperCommand.run(environment, "doctor", "--probe-credentials");
        assertThat(well.out().lines())
                .as(well.out())
                .hasSize(7)
                .allMatch(line -> line.startsWith("OK"))
                .anyMatch(line -> line.contains("schema version"))
                .anyMatch(line -> line.contains("opens all data keys"));
        assertThat(well.status()).isZero();
        assertThat(talk("doctor", "--spend").status()).isEqualTo(2);
    }

    @Test
    void theDoctorNamesEverythingThatIsWrong() throws Exception {
        var environment = new HashMap<>(settings);
        environment.put("CLIENT_SECRET", "a-wrong-secret");
        environment.put("KEEPER_JOURNAL", "/dev/null");
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:1/none?password=hidden");
        var ill = KeeperCommand.run(environment, "doctor", "--probe-credentials");
        assertThat(ill.status()).isEqualTo(1);
        assertThat(ill.out().lines().filter(line -> line.startsWith("FAIL")))
                .as(ill.out())
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("database").contains("refused"),
                        line -> assertThat(line).contains("journal").contains("/dev/null"),
                        line -> assertThat(line).contains("credentials").contains("CLIENT_SECRET"));
        environment.put("KEEPER_MASTER_KEY", "short-secret");
        var worse = KeeperCommand.run(environment, "doctor");
        assertThat(worse.out()).contains("FAIL  configuration  KEEPER_MASTER_KEY");
        environment.putAll(settings);
        environment.put("KEEPER_MASTER_KEY", OTHER_MASTER_KEY);
        var foreign = KeeperCommand.run(environment, "doctor", "--after-restore");
        assertThat(foreign.status()).isEqualTo(1);
        assertThat(foreign.out())
                .contains("FAIL  master key     the database is encrypted with master key")
                .doesNotContain(OTHER_MASTER_KEY)
                .doesNotContain(KNOWN);
        assertThat(ill.out() + worse.out())
                .doesNotContain("a-wrong-secret")
                .doesNotContain("short-secret")
                .doesNotContain("hidden");
    }

    /**
     * The running service has nothing to do; it does not have the restored rows in its cache, because every change is
     * notified.
     */
    @Test
    void theDoctorJudgesRestoredAccountsByTheirAccessTokensAndSpendsRefreshTokensOnWishOnly() {
        x.update(is -> is.withReplayKillsFamily(true).withRefreshKillsOldAccess(true));
        var all = List.of(LIVES, ROTATED, OLD_BUT_GOOD, OLD_AND_SPENT);
        keeper.api().importDue(all.stream().map(x::issueGrant).toList());
        assertThat(all).allMatch(id -> keeper.api().token(id).status() == 200);
        CLUSTER.database().update(BACKUP);
        assertThat(keeper.api().refresh(ROTATED).status()).isEqualTo(200);
        assertThat(keeper.api().refresh(OLD_AND_SPENT).status()).isEqualTo(200);
        CLUSTER.database().update(RESTORE);
        var refreshes = x.ledger().totalRefreshes();
        var environment = new HashMap<>(settings);
        environment.put("REDIRECT_URI", "http://127.0.0.1/oauth/callback");

        var asked = KeeperCommand.run(environment, "doctor", "--after-restore", "--per-second", "50");
        assertThat(asked.out())
                .containsPattern("OK +" + LIVES + " +X takes its access token")
                .containsPattern("WARN +" + ROTATED + " +X does not take its access token")
                .containsPattern("WARN +" + OLD_BUT_GOOD + " +it has no access token that lives")
                .containsPattern("WARN +" + OLD_AND_SPENT + " +it has no access token that lives")
                .contains("done: {OK=");
        assertThat(asked.status()).isZero();
        assertThat(x.ledger().totalRefreshes()).isEqualTo(refreshes);
        assertThat(x.ledger().doubleSpends()).isZero();

        var spent = KeeperCommand.run(environment, "doctor", "--after-restore", "--spend", "--after", ROTATED);
        assertThat(spent.out())
                .doesNotContainPattern("(OK|WARN|FAIL) +(" + LIVES + "|" + ROTATED + ") ")
                .containsPattern("OK +" + OLD_BUT_GOOD + " +its refresh token was good")
                .containsPattern("FAIL +" + OLD_AND_SPENT + " .*REJECTED_BY_X.*must consent again");
        assertThat(spent.status()).isEqualTo(1);
        assertThat(x.ledger().doubleSpendsByUser()).containsOnlyKeys(OLD_AND_SPENT);
        assertThat(CLUSTER.database().query("select id from account where status = 'NEEDS_CONSENT'"))
                .containsExactly(OLD_AND_SPENT);
        assertThat(keeper.api().token(OLD_BUT_GOOD).status()).isEqualTo(200);
    }

    @Test
    void theJavaExampleConnectsAUserOfYoursAndAsksX() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        assertThat(connects("1101", java, "examples/java/Me.java")).contains("\"id\":\"1101\"");
    }

    @Test
    void thePythonExampleConnectsAUserOfYoursAndAsksX() throws Exception {
        assumeTrue(Programs.succeeds("python3", "-c", "import requests"), "python3 with requests is not here");
        assertThat(connects("1102", "python3", "-B", "examples/python/me.py"))
                .contains(keeper.api().account("1102").text("username"));
    }

    /** Tweepy has X's address built in, so the test only creates its client. */
    @Test
    void theExampleForTweepyMakesAClientWithAToken() throws Exception {
        assumeTrue(
                Programs.succeeds("python3", "-c", "import requests, tweepy"),
                "python3 with requests and tweepy is not here");
        var program = "import sys; sys.path.insert(0, 'examples/python'); import me_tweepy;"
                + " print(me_tweepy.client(me_tweepy.account_of(sys.argv[1])).bearer_token)";
        var reference = "customer 1103/a";
        assertThat(keeper.api()
                        .send(
                                "PATCH",
                                "/api/v1/accounts/" + KNOWN,
                                "application/json",
                                "{\"references\":[\"%s\"]}".formatted(reference))
                        .status())
                .isEqualTo(200);
        assertThat(example("python3", "-B", "-c", program, reference).out().strip())
                .isEqualTo(keeper.api().token(KNOWN).text("access_token"));
    }

    /** twitter-api-v2 has X's address built in, so the test runs the part of the example that does not use it. */
    @Test
    void theNodeExampleConnectsAUserOfYoursAndGetsAToken() throws Exception {
        assumeTrue(Programs.succeeds("node", "-e", "fetch"), "node 18 or newer is not here");
        var program = "import('./examples/node/keeper.mjs').then(async k => console.log(await k.accessToken("
                + "await k.accountOf(process.argv[1]), process.argv[2])))";
        assertThat(connects("1104", "node", "-e", program))
                .contains(keeper.api().token("1104").text("access_token"));
    }

    /**
     * Runs an example for a user who is not connected yet; then with a scope that the user has not granted; then with it.
     *
     * @return what it printed at the end
     */
    private String connects(String user, String... command) throws Exception {
        var reference = "customer " + user + "/a&b";
        var running = start(with(command, reference));
        await("it prints a link")
                .atMost(Duration.ofSeconds(20))
                .until(() -> running.out().contains("\n"));
        consent(user, link(running.out()).getPath().replaceFirst(".*/", ""));
        var connected = running.end();
        assertThat(connected.status()).as(connected.out()).isZero();
        assertThat(keeper.api().account(user).json().path("references"))
                .extracting(JsonNode::asText)
                .containsExactly(reference);

        var refused = example(with(command, reference, "tweet.write like.read"));
        assertThat(refused.status()).as(refused.out()).isNotZero();
        consent(user, link(refused.out()).getQuery().replace("link=", ""));
        assertThat(x.ledger().liveScopes(user)).contains("tweet.write", "like.read");

        var again = example(with(command, reference, "tweet.write like.read"));
        assertThat(again.status()).as(again.out()).isZero();
        assertThat(again.out()).doesNotContain("send the user");
        return again.out();
    }

    private static void consent(String user, String link) {
        new HttpBrowser(keeper).consent(user, "?link=" + link);
    }

    /** The address that an example asks to send to the user. */
    private static URI link(String printed) {
        return URI.create(printed.replaceFirst("(?s).*send the user (\\S+).*", "$1"));
    }

    private static String[] with(String[] command, String... arguments) {
        return Stream.concat(Arrays.stream(command), Arrays.stream(arguments)).toArray(String[]::new);
    }

    private Ended example(String... command) throws Exception {
        return start(command).end();
    }

    private KeeperCommand start(String... command) throws Exception {
        var printed = Files.createTempFile(folder, "example", "");
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(talking(KeeperProcess.ADMIN_KEY));
        builder.environment().put("X_API_URL", x.url().toString());
        return new KeeperCommand(
                builder.redirectErrorStream(true)
                        .redirectOutput(printed.toFile())
                        .start(),
                printed);
    }
}
