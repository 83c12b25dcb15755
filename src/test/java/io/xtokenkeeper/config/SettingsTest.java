package io.xtokenkeeper.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.xtokenkeeper.audit.AuditRetention;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.KeyRotationSettings;
import io.xtokenkeeper.encryption.MasterKey;
import io.xtokenkeeper.refresh.RefreshPolicy;
import io.xtokenkeeper.security.AdminKey;
import jakarta.validation.Validator;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final String MASTER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String OTHER_KEY = "YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODk=";
    private static final String ADMIN_KEY = "an-operator-key-of-forty-characters-0001";
    private static final String DATABASE = "quarkus.datasource.jdbc.url";
    private static final Validator VALIDATOR = ConfigConstraints.VALIDATOR;

    /** The required settings, and nothing else. */
    private final Map<String, String> config = new HashMap<>(Map.of(
            DATABASE,
            "jdbc:postgresql://db:5432/keeper",
            "CLIENT_ID",
            "M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ",
            "CLIENT_SECRET",
            "client-secret",
            "REDIRECT_URI",
            "http://localhost:8080/oauth/callback",
            "SCOPES",
            "tweet.read users.read offline.access",
            "KEEPER_MASTER_KEY",
            MASTER_KEY,
            "KEEPER_ADMIN_KEY",
            ADMIN_KEY));

    private SettingsTest with(String name, String value) {
        config.put(name, value);
        return this;
    }

    private SettingsTest without(String name) {
        config.remove(name);
        return this;
    }

    private Settings settings() {
        return Settings.of(asPropertiesToo(config), VALIDATOR);
    }

    /** SmallRye finds the variable {@code KEEPER_REFRESH_EVERY} for the property {@code keeper.refresh.every}. */
    private static UnaryOperator<String> asPropertiesToo(Map<String, String> written) {
        return name -> written.getOrDefault(
                name, written.get(name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_")));
    }

    /** One line for each error. */
    private static List<String> findings(Map<String, String> written) {
        try {
            Settings.of(asPropertiesToo(written), VALIDATOR);
            return List.of();
        } catch (InvalidConfigException bad) {
            var lines = bad.getMessage().lines().toList();
            assertThat(lines.getFirst()).isEqualTo("x-token-keeper cannot start:");
            assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("  - "));
            return lines.stream().skip(1).map(line -> line.substring(4)).toList();
        }
    }

    private List<String> findings() {
        return findings(config);
    }

    @Test
    void whatIsGoodIsTaken() {
        var settings = settings();
        assertThat(settings.app().clientId()).isEqualTo("M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ");
        assertThat(settings.app().clientSecret()).contains(Secret.of("client-secret"));
        assertThat(settings.app().redirectUri()).isEqualTo(URI.create("http://localhost:8080/oauth/callback"));
        assertThat(settings.app().scopes()).isEqualTo(Scopes.of("tweet.read users.read offline.access"));
        assertThat(settings.hosts().authorize()).isEqualTo(URI.create("https://x.com/i/oauth2/authorize"));
        assertThat(settings.hosts().api()).isEqualTo(URI.create("https://api.x.com"));
        assertThat(settings.hosts().deadline()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.masterKey().id())
                .isEqualTo(MasterKey.of(Secret.of(MASTER_KEY)).id());
        assertThat(settings.previousMasterKey()).isEmpty();
        assertThat(settings.consent().open()).isFalse();
        assertThat(settings.consent().origin()).isEqualTo("http://localhost:8080");
        assertThat(settings.refresh().every()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.refresh().lease()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.refresh().deadline()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.refresh().concurrency()).isEqualTo(64);
        assertThat(settings.tokenCache().entries()).isEqualTo(10_000);
        assertThat(settings.schedule())
                .isEqualTo(new RefreshPolicy(RefreshPolicy.Mode.EAGER, Duration.ofMinutes(15), Duration.ofDays(30)));
    }

    @Test
    void theWayOutIsRead() {
        assertThat(settings().egress().proxyFor("api.x.com", 443)).isEmpty();
        var egress = with("KEEPER_HTTP_PROXY", "http://user:p$$w@proxy.example:3128")
                .with("NO_PROXY", "hooks.example,10.0.0.0/8")
                .settings()
                .egress();
        assertThat(egress.proxyFor("api.x.com", 443).orElseThrow().host()).isEqualTo("proxy.example");
        assertThat(egress.proxyFor("hooks.example", 443)).isEmpty();
        assertThat(egress.trust()).isEmpty();
        without("NO_PROXY").with("no_proxy", "x.com");
        assertThat(settings().egress().proxyFor("api.x.com", 443)).isEmpty();
        with("NO_PROXY", "");
        assertThat(settings().egress().proxyFor("api.x.com", 443)).isPresent();
    }

    @Test
    void aWayOutThatLeadsNowhereIsRefusedWithoutItsPassword(@TempDir Path folder) throws IOException {
        with("KEEPER_HTTP_PROXY", "https://user:hush-hush@proxy.example:3128");
        with("KEEPER_TRUST_CERTIFICATES", folder.resolve("none.pem").toString());
        assertThat(findings())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("KEEPER_HTTP_PROXY is no proxy: give it as http://"))
                .anyMatch(line -> line.startsWith("KEEPER_TRUST_CERTIFICATES is \"") && line.endsWith("cannot be read"))
                .noneMatch(line -> line.contains("hush"));
        without("KEEPER_HTTP_PROXY");
        var file = Files.writeString(folder.resolve("a.pem"), "nothing of the kind");
        assertThat(with("KEEPER_TRUST_CERTIFICATES", file.toString()).findings())
                .singleElement()
                .asString()
                .contains("KEEPER_TRUST_CERTIFICATES", "certificate");
    }

    @Test
    void everythingThatIsMissingIsSaidAtOnce() {
        assertThat(findings(Map.of()))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("QUARKUS_DATASOURCE_JDBC_URL is not set: "),
                        line -> assertThat(line).startsWith("CLIENT_ID is not set: "),
                        line -> assertThat(line).startsWith("KEEPER_MASTER_KEY is not set: "),
                        line -> assertThat(line).startsWith("KEEPER_ADMIN_KEY is not set: "));
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        with("CLIENT_ID", "\"quoted\"")
                .with("CLIENT_SECRET", "'quoted'")
                .with("REDIRECT_URI", "http://keeper.example/cb")
                .with("SCOPES", "tweet.read")
                .with("KEEPER_X_AUTHORIZE_URL", "ftp://x.com")
                .with("KEEPER_X_API_URL", "https://api.x.com/2")
                .with("KEEPER_X_ALLOW_HTTP", "yes")
                .with("KEEPER_MASTER_KEY", "c2hvcnQ=")
                .with("KEEPER_MASTER_KEY_PREVIOUS", "c2hvcnQ=")
                .with("KEEPER_ADMIN_KEY", "short")
                .with("KEEPER_APP_NAME", "x".repeat(101))
                .with("KEEPER_CONSENT_OPEN", "maybe")
                .with("KEEPER_REFRESH_EVERY", "often")
                .with("KEEPER_REFRESH_AHEAD", "-15m")
                .with("KEEPER_REFRESH_CONCURRENCY", "0")
                .with("KEEPER_REFRESH_TIMEOUT", "1ms")
                .with("KEEPER_REFRESH_LEASE", "0s")
                .with("KEEPER_REFRESH_MODE", "sometimes")
                .with("KEEPER_REFRESH_KEEPALIVE", "a month")
                .with("KEEPER_WEBHOOKS_ALLOW_PRIVATE", "perhaps")
                .with("KEEPER_TOKEN_CACHE", "1000001")
                .without(DATABASE);

        assertThat(findings(config).stream().map(line -> line.split(" ", 2)[0]))
                .containsExactlyInAnyOrder(
                        "QUARKUS_DATASOURCE_JDBC_URL",
                        "CLIENT_ID",
                        "CLIENT_SECRET",
                        "REDIRECT_URI",
                        "SCOPES",
                        "KEEPER_X_AUTHORIZE_URL",
                        "KEEPER_X_API_URL",
                        "KEEPER_X_ALLOW_HTTP",
                        "KEEPER_MASTER_KEY",
                        "KEEPER_MASTER_KEY_PREVIOUS",
                        "KEEPER_ADMIN_KEY",
                        "KEEPER_APP_NAME",
                        "KEEPER_CONSENT_OPEN",
                        "KEEPER_REFRESH_EVERY",
                        "KEEPER_REFRESH_AHEAD",
                        "KEEPER_REFRESH_CONCURRENCY",
                        "KEEPER_REFRESH_TIMEOUT",
                        "KEEPER_REFRESH_LEASE",
                        "KEEPER_REFRESH_MODE",
                        "KEEPER_REFRESH_KEEPALIVE",
                        "KEEPER_WEBHOOKS_ALLOW_PRIVATE",
                        "KEEPER_TOKEN_CACHE");
    }

    @ParameterizedTest
    @CsvSource({
        "CLIENT_SECRET, hush'hush",
        "CLIENT_SECRET, hush\"hush",
        "KEEPER_MASTER_KEY, hush",
        "KEEPER_MASTER_KEY, hush not base64 hush",
        "KEEPER_MASTER_KEY, hushhushhushhushhushhush",
        "KEEPER_MASTER_KEY_PREVIOUS, hush",
        "KEEPER_MASTER_KEY_FILE, hushhushhush+/hush==",
        "KEEPER_ADMIN_KEY, hush",
        "KEEPER_ADMIN_KEY_FILE, hushhushhush",
        "REDIRECT_URI, https://user:hush@keeper.example/cb",
        "REDIRECT_URI, https://user:hush hush@keeper.example/cb",
        "KEEPER_X_API_URL, https://user:hush@api.x.com",
        "KEEPER_X_API_URL, https://user:hush@api.x.com/2"
    })
    void aSecretIsNeverQuoted(String name, String value) {
        if (name.endsWith("_FILE")) {
            without(name.replace("_FILE", ""));
        }
        with(name, value);
        assertThat(findings()).singleElement().asString().startsWith(name + " ").doesNotContain("hush");
    }

    @Test
    void whatIsWrittenIsTrimmed() {
        with("CLIENT_ID", "  id \n")
                .with("CLIENT_SECRET", "\tsecret\r\n")
                .with("REDIRECT_URI", " https://keeper.example/cb\n");
        assertThat(settings().app().redirectUri()).hasToString("https://keeper.example/cb");
        assertThat(settings().app().clientId()).isEqualTo("id");
        assertThat(settings().app().clientSecret()).contains(Secret.of("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"id\"", "'id'", "id\""})
    void quotedIdsAreRefused(String id) {
        with("CLIENT_ID", id);
        assertThat(findings()).singleElement().asString().startsWith("CLIENT_ID holds quotes");
    }

    @Test
    void blankIsTheSameAsNotWritten() {
        with("CLIENT_ID", "  ").with("KEEPER_REFRESH_LEASE", " ").with("KEEPER_RETURN_ORIGINS", "\t");
        assertThat(findings()).singleElement().asString().startsWith("CLIENT_ID is not set");
    }

    @ParameterizedTest
    @CsvSource({"KEEPER_REFRESH_EVERY, ''", "KEEPER_REFRESH_EVERY, '10s '", "KEEPER_X_API_URL, ' '"})
    void exceptWhereTheFrameworkReadsItToo(String name, String value) {
        with(name, value);
        assertThat(findings()).singleElement().asString().startsWith(name + " is blank, or has blanks around it");
    }

    @Test
    void aBlankDatabaseIsNone() {
        with(DATABASE, " ");
        assertThat(findings()).singleElement().asString().startsWith("QUARKUS_DATASOURCE_JDBC_URL is not set");
    }

    @Test
    void withoutASecretTheAppIsAPublicClient() {
        with("CLIENT_SECRET", "");
        assertThat(settings().app().clientSecret()).isEmpty();
    }

    @Test
    void secretsMayComeFromFiles(@TempDir Path folder) throws IOException {
        var master = Files.writeString(folder.resolve("master"), MASTER_KEY + "\n");
        var admin = Files.writeString(folder.resolve("admin"), ADMIN_KEY + "\n");
        without("KEEPER_MASTER_KEY")
                .without("KEEPER_ADMIN_KEY")
                .with("KEEPER_MASTER_KEY_FILE", master.toString())
                .with("KEEPER_ADMIN_KEY_FILE", admin.toString());
        assertThat(settings().masterKey().id())
                .isEqualTo(MasterKey.of(Secret.of(MASTER_KEY)).id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CLIENT_SECRET",
                "KEEPER_MASTER_KEY",
                "KEEPER_MASTER_KEY_PREVIOUS",
                "KEEPER_ADMIN_KEY",
                "KEEPER_OPENID_CLIENT_SECRET"
            })
    void everySecretMayComeFromAFile(String name, @TempDir Path folder) throws IOException {
        with("KEEPER_OPENID_ISSUER", "https://login.example")
                .with("KEEPER_OPENID_CLIENT_ID", "keeper")
                .with("KEEPER_OPENID_OPERATORS", "alice@example.com")
                .with("KEEPER_OPENID_CLIENT_SECRET", "hush");
        var key = name.contains("MASTER") ? MASTER_KEY : ADMIN_KEY;
        var file = Files.writeString(folder.resolve("secret"), key + "\r\n");

        without(name).with(name + "_FILE", file.toString());

        assertThat(findings()).isEmpty();
        if (name.equals("CLIENT_SECRET")) {
            assertThat(settings().app().clientSecret()).contains(Secret.of(key));
        }
        with(name + "_FILE", folder.resolve("none").toString());
        assertThat(findings()).singleElement().asString().startsWith(name + "_FILE names a file that cannot be read");
    }

    @Test
    void filesMayComeFromWindows(@TempDir Path folder) throws IOException {
        var file = folder.resolve("admin");
        without("KEEPER_ADMIN_KEY").with("KEEPER_ADMIN_KEY_FILE", file.toString());
        Files.writeString(file, "\uFEFF" + ADMIN_KEY + "\r\n");
        assertThat(settings().operatorKey().id())
                .isEqualTo(AdminKey.of(Secret.of(ADMIN_KEY)).id());

        for (var utf16 : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE)) {
            Files.writeString(file, ADMIN_KEY, utf16);
            assertThat(findings())
                    .singleElement()
                    .asString()
                    .startsWith("KEEPER_ADMIN_KEY_FILE ")
                    .contains("UTF-16");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CLIENT_ID, hush\u00A0hush",
        "CLIENT_SECRET, hush\u200Bhush",
        "KEEPER_ADMIN_KEY, hushhushhushhushhushhushhush-\u00E9-hush",
        "KEEPER_MASTER_KEY, hush\u2011hush"
    })
    void whatNobodyCanSeeIsRefusedByName(String name, String value) {
        with(name, value);
        assertThat(findings())
                .containsExactly(name + " holds invisible or non-ASCII characters: write it again as plain text");
    }

    @Test
    void theAdminKeyIsNotTheMasterKey() {
        with("KEEPER_ADMIN_KEY", MASTER_KEY);
        assertThat(findings()).singleElement().asString().startsWith("KEEPER_ADMIN_KEY is the same as");
    }

    @Test
    void misspeltNamesAreFound() {
        assertThat(ConfigReader.unknown(List.of(
                        "KEEPER_REFRESH_EVRY",
                        "KEEPER_REFRESH_EVERY",
                        "KEEPER_ADMIN_KEY_FILE",
                        "KEEPER_VAULT_RESEAL_RATE",
                        "KEEPER_DEV_DATABASE",
                        "KEEPER_PORT_8080_TCP_ADDR",
                        "KEEPER_CLIENT_ID",
                        "PATH")))
                .containsExactly("KEEPER_CLIENT_ID", "KEEPER_REFRESH_EVRY");
    }

    @Test
    void whatIsWrittenIsTakenLiterally() {
        var config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(Map.of("CLIENT_SECRET", "p$$q${r}"), "test", 100))
                .build();
        assertThat(ConfigReader.literally(config).apply("CLIENT_SECRET")).isEqualTo("p$$q${r}");
        assertThat(with("CLIENT_SECRET", "p$$q${r}").settings().app().clientSecret())
                .contains(Secret.of("p$$q${r}"));
    }

    @Test
    void whatQuarkusReadsAboutTheDatabaseIsTakenLiterallyToo(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("password"), "\uFEFF f$$1${r} \r\n");
        var config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(new LiteralDatabaseLogin())
                .withSources(new PropertiesConfigSource(
                        Map.of(
                                "quarkus.datasource.password", "p$$q${r}",
                                "quarkus.datasource.username", "u$$",
                                "quarkus.flyway.password-file", file.toString(),
                                "quarkus.log.level", "$${r}"),
                        "test",
                        100))
                .build();
        assertThat(config.getValue("quarkus.datasource.password", String.class)).isEqualTo("p$$q${r}");
        assertThat(config.getValue("quarkus.datasource.username", String.class)).isEqualTo("u$$");
        assertThat(config.getValue("quarkus.flyway.password", String.class)).isEqualTo(" f$$1${r} ");
        assertThat(config.getValue("quarkus.log.level", String.class)).isEqualTo("${r}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"quarkus.datasource.password", "quarkus.flyway.password"})
    void aDatabasePasswordIsGivenOnceAndInAFileThatCanBeRead(String name, @TempDir Path folder) throws IOException {
        var variable = name.toUpperCase(Locale.ROOT).replace('.', '_');
        var file = Files.writeString(folder.resolve("password"), "one\n");
        with(name, "one").with(name + "-file", file.toString());
        assertThat(findings()).isEmpty(); // the value that the interceptor read from the file
        with(name, "other");
        assertThat(findings()).containsExactly(variable + " and " + variable + "_FILE are both set: keep one");
        without(name).with(name + "-file", folder.resolve("none").toString());
        assertThat(findings())
                .containsExactly(variable + "_FILE names a file that cannot be read: give a path, not the key");
    }

    @Test
    void theWayPastAPoolerIsAnAddressThatIsNotQuoted() {
        with("KEEPER_DATABASE_DIRECT_URL", "postgres://keeper:hush@db/keeper");
        assertThat(findings())
                .containsExactly("KEEPER_DATABASE_DIRECT_URL is no address of a database: give it as"
                        + " jdbc:postgresql://host:5432/database");
        with("KEEPER_DATABASE_DIRECT_URL", "jdbc:postgresql://db/keeper");
        assertThat(findings()).isEmpty();
    }

    @Test
    void aFileThatHoldsNoKeyIsNamedByItsVariable(@TempDir Path folder) throws IOException {
        var empty = Files.writeString(folder.resolve("empty"), "\n");
        without("KEEPER_MASTER_KEY").with("KEEPER_MASTER_KEY_FILE", empty.toString());
        assertThat(findings()).singleElement().asString().startsWith("KEEPER_MASTER_KEY");
    }

    @Test
    void aFileThatIsNotThereIsSaid(@TempDir Path folder) {
        without("KEEPER_ADMIN_KEY")
                .with("KEEPER_ADMIN_KEY_FILE", folder.resolve("none").toString());
        assertThat(findings())
                .singleElement()
                .asString()
                .startsWith("KEEPER_ADMIN_KEY_FILE ")
                .contains("cannot be read");
    }

    @Test
    void aSecretIsGivenOnce(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("master"), MASTER_KEY);
        with("KEEPER_MASTER_KEY_FILE", file.toString());
        assertThat(findings()).containsExactly("KEEPER_MASTER_KEY and KEEPER_MASTER_KEY_FILE are both set: keep one");
    }

    @Test
    void thePreviousMasterKeyIsOptional() {
        with("KEEPER_MASTER_KEY_PREVIOUS", OTHER_KEY);
        assertThat(settings().previousMasterKey().map(MasterKey::id))
                .contains(MasterKey.of(Secret.of(OTHER_KEY)).id());
    }

    @ParameterizedTest
    @CsvSource({"29s, 20s", "29999ms, 20s", "10s, 100ms", "20s, 20s"})
    void aLeaseOutlivesTheCallAndTheSaveItCovers(String lease, String timeout) {
        with("KEEPER_REFRESH_LEASE", lease).with("KEEPER_REFRESH_TIMEOUT", timeout);
        assertThat(findings())
                .singleElement()
                .asString()
                .startsWith("KEEPER_REFRESH_LEASE is ")
                .endsWith(" and 10 s more, otherwise two replicas may spend one refresh token");
        with("KEEPER_REFRESH_LEASE", "30s");
        assertThat(findings()).isEmpty();
    }

    @Test
    void aStopWaitsForTheCallsThatAreUnderWay() {
        with("KEEPER_SHUTDOWN_GRACE", "24500ms");
        assertThat(findings())
                .containsExactly(
                        "KEEPER_SHUTDOWN_GRACE is 24.5 s: it must be at least KEEPER_REFRESH_TIMEOUT (20 s) and"
                                + " 5 s more, otherwise a stop would discard what X responds meanwhile");
        with("KEEPER_SHUTDOWN_GRACE", "25s");
        assertThat(findings()).isEmpty();
    }

    @Test
    void theTimerLooksMoreOftenThanTokensNeedIt() {
        with("KEEPER_REFRESH_EVERY", "15m");
        assertThat(findings())
                .containsExactly("KEEPER_REFRESH_EVERY is 900 s: it must be shorter than KEEPER_REFRESH_AHEAD (900 s),"
                        + " otherwise tokens end before the timer looks at them");
        with("KEEPER_REFRESH_EVERY", "14m");
        assertThat(findings()).isEmpty();

        with("KEEPER_REFRESH_EVERY", "30d").with("KEEPER_REFRESH_MODE", "lazy");
        assertThat(findings()).singleElement().asString().contains("shorter than KEEPER_REFRESH_KEEPALIVE");
        with("KEEPER_REFRESH_EVERY", "1d");
        assertThat(findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://keeper.example/cb",
                "http://127.0.0.1.keeper.example/cb",
                "http://localhost.keeper.example/cb",
                "http://10.0.0.1/cb",
                "http://[::2]/cb",
                "https://keeper.example/cb#fragment",
                "https:///cb",
                "/cb",
                "keeper.example/cb",
                "javascript:alert(1)",
                "not a url"
            })
    void aRedirectThatIsNeitherHttpsNorLoopbackIsRefused(String redirect) {
        with("REDIRECT_URI", redirect);
        assertThat(findings()).singleElement().asString().startsWith("REDIRECT_URI is \"" + redirect + "\": ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://keeper.example/oauth/callback",
                "https://keeper.example/cb?tenant=1",
                "http://localhost:8080/cb",
                "http://127.0.0.1:8080/cb",
                "http://127.1.2.3/cb",
                "http://[::1]:8080/cb"
            })
    void aRedirectOverHttpsOrLoopbackIsTakenAsItIs(String redirect) {
        with("REDIRECT_URI", redirect);
        assertThat(settings().app().redirectUri()).hasToString(redirect);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://keeper.example/oauth/callback        |                                  | https://keeper.example
            https://host.example/keeper/oauth/callback   |                                  | https://host.example/keeper
            https://host.example/keeper/cb               |                                  | https://host.example
            https://host.example/keeper/cb               | https://host.example/keeper      | https://host.example/keeper
            https://host.example/oauth/callback          | https://HOST.example:443/a/b/    | https://HOST.example:443/a/b
            http://localhost:8080/x/oauth/callback       | http://localhost:8080            | http://localhost:8080
            """)
    void thePublicUrlIsTheRedirectUrisUnlessItIsGiven(String redirect, String given, String told) {
        with("REDIRECT_URI", redirect);
        if (given != null) {
            with("KEEPER_PUBLIC_URL", given);
        }
        assertThat(settings().publicUrl().value()).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://other.example/keeper         | must have scheme, host and port of REDIRECT_URI ("https://keeper.example/cb")
            https://keeper.example:8443          | must have scheme, host and port of REDIRECT_URI
            http://keeper.example/keeper         | must be an https URL
            http://localhost/keeper              | must have scheme, host and port of REDIRECT_URI
            https://keeper.example/keeper?a=b    | must end with its path
            https://keeper.example/keeper#a      | must end with its path
            https://keeper.example/a%2fb         | may hold letters
            https://keeper.example/a//b          | may hold letters
            https://keeper.example/a/../b        | may hold letters
            https://keeper.example/oauth         | must not begin like one of this service's own
            https://keeper.example/api/keeper    | must not begin like one of this service's own
            keeper.example                       | must be an https URL
            """)
    void aPublicUrlThatCannotBeUsedIsRefused(String url, String told) {
        with("REDIRECT_URI", "https://keeper.example/cb").with("KEEPER_PUBLIC_URL", url);
        assertThat(findings())
                .singleElement()
                .satisfies(line ->
                        assertThat(line).startsWith("KEEPER_PUBLIC_URL is").contains(told));
    }

    @Test
    void plainHttpToXIsAllowedOnlyOnRequest() {
        with("KEEPER_X_API_URL", "http://sandbox:9999/").with("KEEPER_X_AUTHORIZE_URL", "http://sandbox/authorize");
        assertThat(findings()).hasSize(2);
        with("KEEPER_X_ALLOW_HTTP", "TRUE");
        assertThat(settings().hosts().api()).isEqualTo(URI.create("http://sandbox:9999"));
        with("REDIRECT_URI", "http://keeper.example/cb");
        assertThat(findings()).singleElement().asString().startsWith("REDIRECT_URI");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://x.com/i/oauth2/authorize?a=b", "https://x.com/i/oauth2/authorize#a"})
    void theAuthorizeUrlTakesOurParametersAlone(String url) {
        with("KEEPER_X_AUTHORIZE_URL", url);
        assertThat(findings()).singleElement().asString().startsWith("KEEPER_X_AUTHORIZE_URL");
    }

    @Test
    void scopesNeedOfflineAccessAndMayBeUnknown() {
        with("SCOPES", "tweet.read users.read");
        assertThat(findings()).singleElement().asString().startsWith("SCOPES has no offline.access");
        with("SCOPES", "tweet.read brand.new offline.access");
        assertThat(settings().app().scopes()).isEqualTo(Scopes.of("tweet.read brand.new offline.access"));
        with("SCOPES", "tweet.read \"offline.access\"");
        assertThat(findings()).singleElement().asString().startsWith("SCOPES is ");
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "10s, PT10S", "15m, PT15M", "2h, PT2H", "30d, PT720H", "PT1M, PT1M", "10, PT10S"})
    void timesAreWrittenAsUsual(String text, Duration meant) {
        with("KEEPER_REFRESH_KEEPALIVE", text);
        assertThat(settings().schedule().keepalive()).isEqualTo(meant);
    }

    @Test
    void aKeepaliveBeyondTheLifeOfARefreshTokenWouldLoseGrants() {
        with("KEEPER_REFRESH_MODE", "lazy").with("KEEPER_REFRESH_KEEPALIVE", "180d");
        assertThat(findings()).singleElement().asString().startsWith("KEEPER_REFRESH_KEEPALIVE is \"180d\": ");
        with("KEEPER_REFRESH_KEEPALIVE", "150d");
        assertThat(settings().schedule().mode()).isEqualTo(RefreshPolicy.Mode.LAZY);
    }

    @Test
    void dataKeysAreReplacedAfterNinetyDaysAndEventsDeletedAfterFourHundred() {
        assertThat(settings().rotation()).isEqualTo(new KeyRotationSettings(Optional.of(Duration.ofDays(90)), 500));
        assertThat(settings().retention()).isEqualTo(new AuditRetention(Optional.of(Duration.ofDays(400))));
        with("KEEPER_VAULT_ROTATE_EVERY", "off").with("KEEPER_AUDIT_RETENTION", "Forever");
        assertThat(settings().rotation().every()).isEmpty();
        assertThat(settings().retention().age()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "KEEPER_VAULT_ROTATE_EVERY, 1h, the least is 1d",
        "KEEPER_VAULT_ROTATE_EVERY, forever, write a time",
        "KEEPER_VAULT_RESEAL_RATE, 0, say a number",
        "KEEPER_AUDIT_RETENTION, 29d, the least is 30d",
        "KEEPER_AUDIT_RETENTION, off, write a time"
    })
    void keysAndEventsAreKeptForSomeTime(String name, String text, String says) {
        with(name, text);
        assertThat(findings())
                .singleElement()
                .asString()
                .startsWith(name + " is")
                .contains(says);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "10000"})
    void concurrencyHasBounds(String number) {
        with("KEEPER_REFRESH_CONCURRENCY", number);
        assertThat(settings().refresh().concurrency()).isEqualTo(Integer.parseInt(number));
        for (var wrong : List.of("0", "-1", "10001", "99999999999", "1.5", "many")) {
            with("KEEPER_REFRESH_CONCURRENCY", wrong);
            assertThat(findings()).singleElement().asString().startsWith("KEEPER_REFRESH_CONCURRENCY is \"" + wrong);
        }
    }

    @Test
    void settingsDoNotPrintASecret() {
        assertThatExceptionOfType(InvalidConfigException.class).isThrownBy(() -> Settings.of(name -> null, VALIDATOR));
        assertThat(settings().toString()).doesNotContain("client-secret", MASTER_KEY, ADMIN_KEY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            KEEPER_RETURN_ORIGINS  | http://app.example         | scheme and host alone
            KEEPER_RETURN_ORIGINS  | https://app.example/path   | scheme and host alone
            KEEPER_TRUSTED_PROXIES | proxy.example              | an address, or a network
            KEEPER_TRUSTED_PROXIES | 10.0.0.0/40                | an address, or a network
            KEEPER_WRONG_KEYS      | 0                          | say a number
            """)
    void whoIsTrustedIsCheckedAtStart(String name, String value, String told) {
        assertThat(with(name, value).findings())
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith(name).contains(told));
    }

    @Test
    void nobodyElseIsTrustedUnlessNamed() {
        assertThat(settings().proxies().networks()).isEmpty();
        assertThat(settings().consent().returnOrigins().origins()).isEmpty();
        var named = with("KEEPER_RETURN_ORIGINS", "https://app.example")
                .with("KEEPER_TRUSTED_PROXIES", "10.0.0.0/8")
                .settings();
        assertThat(named.consent().returnOrigins().origins()).containsExactly("https://app.example");
        assertThat(named.proxies().networks()).hasSize(1);
    }

    @Test
    void anOpenIdProviderIsTakenWholeOrNotAtAll() {
        assertThat(settings().openId().isOn()).isFalse();

        with("KEEPER_OPENID_ISSUER", "https://login.example/realms/us")
                .with("KEEPER_OPENID_CLIENT_ID", "keeper")
                .with("KEEPER_OPENID_CLIENT_SECRET", "hush")
                .with("KEEPER_OPENID_OPERATORS", "alice@example.com , group:token keepers,");
        assertThat(settings().openId().provider().orElseThrow().operators())
                .containsExactlyInAnyOrder("alice@example.com", "group:token keepers");

        with("KEEPER_OPENID_ISSUER", "http://login.example")
                .with("KEEPER_OPENID_OPERATORS", " , ")
                .without("KEEPER_OPENID_CLIENT_ID")
                .without("KEEPER_OPENID_CLIENT_SECRET");
        assertThat(findings())
                .anyMatch(line ->
                        line.startsWith("KEEPER_OPENID_ISSUER is \"http://login.example\": it must be an https"))
                .anyMatch(line -> line.startsWith("KEEPER_OPENID_CLIENT_ID is not set"))
                .anyMatch(line -> line.startsWith("KEEPER_OPENID_CLIENT_SECRET is not set"))
                .contains("KEEPER_OPENID_OPERATORS is empty: no user could sign in");
    }
}
