package io.xtokenkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.sandbox.SandboxOptions;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Receiver;
import io.xtokenkeeper.testkit.TestCluster;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Runs all features with the most detailed log level; then searches for every secret that was used in the log, in every
 * table and in every response that must not contain it.
 */
class NoSecretLeavesIT {
    private static final Pattern VERIFIER_LIKE = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    @RegisterExtension
    final TestCluster cluster = new TestCluster();

    private final Map<String, String> secrets = new HashMap<>();

    @Test
    void noTokenNoVerifierAndNoKeyIsInLogsTablesOrAnswers() throws Exception {
        var x = cluster.x();
        secrets.put("client secret", SandboxOptions.CLIENT_SECRET);
        secrets.put("master key", KeeperProcess.MASTER_KEY);
        secrets.put("operator key", KeeperProcess.ADMIN_KEY);
        String log;
        String challenge;
        var answers = new StringBuilder();
        var collector = cluster.closeLater(Receiver.begin());
        try (var keeper = cluster.start(
                "KEEPER_CONSENT_OPEN",
                "true",
                "QUARKUS_LOG_LEVEL",
                "TRACE",
                "QUARKUS_OTEL_SDK_DISABLED",
                "false",
                "QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL",
                "http/protobuf",
                "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT",
                collector.url("").toString())) {
            var api = keeper.api();
            var browser = new HttpBrowser(keeper);

            var atX = browser.begin("");
            challenge = atX.getQuery().replaceAll(".*code_challenge=([^&]*).*", "$1");
            var callback = browser.allow(atX, "2244994945");
            secrets.put("code", callback.getQuery().replaceAll(".*code=([^&]*).*", "$1"));
            var page = browser.open(browser.open(callback)
                    .headers()
                    .firstValue("Location")
                    .map(keeper.url()::resolve)
                    .orElseThrow());
            answers.append(page.body()).append(page.headers());
            answers.append(browser.open(callback).body());

            var moved = x.issueGrant("77");
            secrets.put("imported refresh token", moved.refreshToken());
            answers.append(api.importDue(List.of(moved)).http().body());
            for (var id : List.of("2244994945", "77")) {
                secrets.put("first access token of " + id, api.token(id).text("access_token"));
                secrets.put("next access token of " + id, api.refresh(id).text("access_token"));
            }
            secrets.put(
                    "API key",
                    api.post("/api/v1/keys", "{\"name\":\"a\",\"rights\":[\"read\"]}")
                            .text("key"));
            var gone = x.issueGrant("78");
            api.importDue(List.of(gone));
            secrets.put("token of a grant that ended", gone.refreshToken());
            x.revokeAtX("78");
            var link = URI.create(api.refresh("78").text("consent_link"));
            secrets.put("consent link", link.getQuery().replaceAll(".*link=", ""));
            answers.append(
                    browser.open("/connect/" + secrets.get("consent link")).headers());
            x.update(switches -> switches.withFault(
                    io.xtokenkeeper.sandbox.faults.Endpoint.REFRESH,
                    io.xtokenkeeper.sandbox.faults.FaultRule.once(io.xtokenkeeper.sandbox.faults.Fault.BROKEN_JSON)));
            answers.append(api.refresh("77").http().body());

            for (var path : List.of(
                    "/",
                    "/api/v1/accounts",
                    "/api/v1/accounts/78",
                    "/api/v1/events",
                    "/api/v1/keys",
                    "/q/health",
                    "/q/metrics",
                    "/q/openapi",
                    "/api/v1/accounts/nobody/token",
                    "/nowhere")) {
                var reply = api.get(path);
                answers.append(reply.http().body()).append(reply.http().headers());
            }
            api.post("/api/v1/consent-links", "{\"state\": quoted-by-the-parser");
            var signedIn = browser.signIn(KeeperProcess.ADMIN_KEY);
            secrets.put("session", HttpBrowser.cookie(signedIn, "keeper-session"));
            answers.append(browser.open("/").body());
            browser.submit("/", "/operator/refresh", Map.of("account", "77"));
            browser.submit("/", "/sign-out", Map.of());
            api.delete("/api/v1/accounts/2244994945");
            log = keeper.log();
        }
        assertThat(secrets.values()).allMatch(secret -> secret.length() > 20);
        assertThat(log).contains("TRACE").contains("Account 2244994945 is connected");
        search("the log", log, challenge);
        var spans = collector.received("/v1/traces").stream()
                .map(Receiver.Message::body)
                .collect(Collectors.joining());
        if (KeeperProcess.BINARY.isEmpty()) { // the binary has no tracing
            assertThat(spans).contains("x-token-keeper", "/oauth/callback", "/2/oauth2/token", "/connect/");
        }
        assertThat(spans).as("the message of an exception").doesNotContain("quoted");
        search("a span", spans, challenge);
        search("an answer", answers.toString(), challenge);
        search("a table", tables(), challenge);
    }

    @Test
    void noPathIsInTheLogWhileTheDatabaseIsUnavailable() {
        var keeper = cluster.start("QUARKUS_LOG_LEVEL", "DEBUG");
        var token = keeper.api().consentLink("{}").getQuery().substring("link=".length());
        var browser = new HttpBrowser(keeper);
        browser.signIn(KeeperProcess.ADMIN_KEY);
        cluster.database().stop();

        for (var path : List.of(
                "/connect/" + token,
                "/connect/x%0A2026-11-27%20ERROR%20forged",
                "/connect/no-thanks?link=" + token,
                "/oauth/authorize?link=" + token)) {
            assertThat(browser.open(path).statusCode()).as(path).isEqualTo(503);
        }

        assertThat(keeper.log())
                .contains("ConnectResource.ask: the database is unavailable")
                .doesNotContain(token, "ERROR forged");
    }

    private void search(String place, String text, String challenge) throws Exception {
        secrets.forEach((name, secret) -> {
            assertThat(text.contains(secret)).as(name + " in " + place).isFalse();
            var hex = HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8));
            assertThat(text.contains(hex)).as(name + " in hex in " + place).isFalse();
        });
        var sha256 = MessageDigest.getInstance("SHA-256");
        var words = VERIFIER_LIKE.matcher(text);
        while (words.find()) {
            var hash = sha256.digest(words.group().getBytes(StandardCharsets.US_ASCII));
            assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(hash))
                    .as("code verifier in " + place)
                    .isNotEqualTo(challenge);
        }
    }

    private String tables() {
        var database = cluster.database();
        var names = database.query("select table_name from information_schema.tables where table_schema = 'public'");
        assertThat(names).contains("account", "consent_attempt", "consent_link", "api_key", "audit_event", "data_key");
        var all = new StringBuilder();
        for (var name : names) {
            database.query("select t::text from " + name + " t")
                    .forEach(row -> all.append(row).append('\n'));
        }
        return all.toString();
    }
}
