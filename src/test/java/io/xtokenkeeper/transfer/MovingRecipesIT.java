package io.xtokenkeeper.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SeededGrant;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Programs;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the scripts of docs/moving.md as they are printed there, on files in the formats of the programs that they read, and
 * imports what they write. Only the hosts of X and Nango are replaced (src/test/resources/moving).
 */
class MovingRecipesIT {
    private static final Path RESOURCES = Path.of("src/test/resources/moving").toAbsolutePath();
    private static final String SCOPE = "tweet.read users.read offline.access";
    private static final String INTEGRATION = "twitter-v2-production";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static Sandbox x;
    private static Api api;

    @TempDir
    private Path folder;

    @BeforeAll
    static void begin() {
        x = CLUSTER.x();
        api = CLUSTER.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER).api();
    }

    @BeforeEach
    void programsAreHere() {
        assumeTrue(Programs.succeeds("python3", "-c", "import requests"), "python3 with requests is not here");
        assumeTrue(Programs.succeeds("node", "-e", "fetch"), "node 18 or newer is not here");
    }

    /** The first block of code of a section. */
    private static String recipe(String section) throws IOException {
        var page = Files.readString(Path.of("docs/moving.md"));
        var heading = page.indexOf("\n## " + section + "\n");
        assertThat(heading).as(section).isPositive();
        var code = Pattern.compile("```(?:python|js)\n(.*?)```", Pattern.DOTALL).matcher(page.substring(heading));
        assertThat(code.find()).isTrue();
        return code.group(1);
    }

    private static SeededGrant grant(String user) {
        return x.issueGrant(user, SCOPE);
    }

    private static String resource(String name, SeededGrant grant, String expires) throws IOException {
        return Files.readString(RESOURCES.resolve(name))
                .replace("@access@", grant.accessToken())
                .replace("@refresh@", grant.refreshToken())
                .replace("@expires@", expires)
                .strip();
    }

    private static long expiresAt(SeededGrant grant) {
        return Instant.now().getEpochSecond() + grant.expiresIn();
    }

    private String run(URI nango, String... command) throws Exception {
        var printed = folder.resolve("printed");
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        var environment = builder.environment();
        environment.merge("PYTHONPATH", RESOURCES.toString(), (more, ours) -> ours + ":" + more);
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        environment.put("X_STAND_IN", x.url().toString());
        environment.put("NANGO_STAND_IN", nango.toString());
        environment.put("NANGO_SECRET_KEY", "a-secret-key");
        environment.put("INTEGRATION", INTEGRATION);
        var status = builder.redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start()
                .waitFor();
        var output = Files.readString(printed);
        assertThat(status).as(output).isZero();
        return output;
    }

    private String python(String program) throws Exception {
        Files.writeString(folder.resolve("recipe.py"), program);
        return run(URI.create("http://127.0.0.1:1"), "python3", "recipe.py");
    }

    private String written() throws IOException {
        return Files.readString(folder.resolve("grants.ndjson"));
    }

    /** Each grant is imported with its access token and scope, and nothing was refreshed. */
    private static void assertImports(String lines, SeededGrant... grants) {
        var results = api.send("POST", "/api/v1/accounts/import", "application/x-ndjson", lines)
                .http()
                .body();
        assertThat(results.lines()).as(results).hasSize(grants.length).allMatch(line -> line.contains("\"imported\""));
        assertThat(results).doesNotContain("\"detail\":\"");
        for (var grant : grants) {
            var token = api.token(grant.userId());
            assertThat(token.status()).isEqualTo(200);
            assertThat(token.text("access_token")).isEqualTo(grant.accessToken());
            assertThat(token.json().path("expires_in").asLong()).isBetween(7_000L, 7_200L);
            assertThat(token.text("scope").split(" ")).containsExactlyInAnyOrder(SCOPE.split(" "));
            assertThat(x.ledger().refreshes(grant.userId())).isZero();
            assertThat(api.refresh(grant.userId()).status()).isEqualTo(200);
        }
    }

    @Test
    void aPickleOfDictionariesByUser() throws Exception {
        var byId = grant("8100000001");
        var byName = grant("8100000002");
        Files.writeString(
                folder.resolve("tokens.json"),
                "{\"%s\": %s, \"a name of the old program\": %s}"
                        .formatted(
                                byId.userId(),
                                resource("token-dictionary.json", byId, Long.toString(expiresAt(byId))),
                                resource("token-dictionary.json", byName, Long.toString(expiresAt(byName)))));
        python("import json, pickle; pickle.dump(json.load(open('tokens.json')), open('tokens.pickle', 'wb'))");

        python(recipe("From a token dictionary or a pickle of it"));

        assertImports(written(), byId, byName);
        assertThat(written()).contains("\"username\": \"user_8100000002\"");
    }

    @Test
    void aPickleOfOneUserWhoseAccessTokenHasExpiredSaysSo() throws Exception {
        Files.writeString(
                folder.resolve("tokens.json"),
                resource("token-dictionary.json", grant("8100000003"), "1700000000")
                        .replaceFirst("\"access_token\": \"[^\"]*\"", "\"access_token\": \"expired\""));
        python("import json, pickle; pickle.dump(json.load(open('tokens.json')), open('tokens.pickle', 'wb'))");

        assertThat(python(recipe("From a token dictionary or a pickle of it"))).startsWith("unknown user:");

        assertThat(written()).isEmpty();
    }

    /** The pickle contains oauthlib's own class, as requests_oauthlib returns it. */
    @Test
    void aPickleThatOauthlibWrote() throws Exception {
        assumeTrue(Programs.succeeds("python3", "-c", "import oauthlib"), "oauthlib is not here");
        var grant = grant("8100000004");
        Files.writeString(folder.resolve("answer.json"), resource("token-response.json", grant, ""));
        python("""
                import pickle
                from oauthlib.oauth2 import WebApplicationClient
                token = WebApplicationClient('an-id').parse_request_body_response(
                    open('answer.json').read(), scope=['tweet.read', 'users.read', 'offline.access'])
                assert type(token) is not dict
                pickle.dump(token, open('tokens.pickle', 'wb'))""");

        python(recipe("From a token dictionary or a pickle of it"));

        assertImports(written(), grant);
    }

    @Test
    void aHandlerOfTweepy() throws Exception {
        assumeTrue(Programs.succeeds("python3", "-c", "import tweepy"), "tweepy is not here");
        var grant = grant("8100000005");
        Files.writeString(folder.resolve("answer.json"), resource("token-response.json", grant, ""));

        var printed = python("""
                import tweepy
                handler = tweepy.OAuth2UserHandler(client_id='an-id', redirect_uri='https://an.example/callback',
                                                   scope=['tweet.read', 'users.read', 'offline.access'])
                handler.token = handler._client.parse_request_body_response(open('answer.json').read(), handler.scope)
                """ + recipe("From Tweepy"));

        assertImports(printed, grant);
        assertThat(printed).contains("\"username\": \"user_8100000005\"");
    }

    @Test
    void whatAProgramWithTwitterApiV2Saved() throws Exception {
        var timed = grant("8100000006");
        var untimed = grant("8100000007");
        var saved = resource("twitter-api-v2.json", timed, "");
        Files.writeString(
                folder.resolve("saved.json"),
                "{\"%s\": %s, \"%s\": %s}"
                        .formatted(
                                timed.userId(),
                                saved.replaceFirst("}$", ", \"savedAt\": \"" + Instant.now() + "\"}"),
                                untimed.userId(),
                                resource("twitter-api-v2.json", untimed, "")));
        Files.writeString(folder.resolve("recipe.mjs"), recipe("From twitter-api-v2 (Node)"));

        var printed = run(URI.create("http://127.0.0.1:1"), "node", "recipe.mjs");

        var lines = printed.lines().collect(Collectors.toMap(line -> line.contains(timed.userId()), line -> line));
        assertImports(lines.get(true), timed);
        assertThat(lines.get(false)).contains(untimed.refreshToken()).doesNotContain(untimed.accessToken());
        assertThat(api.send("POST", "/api/v1/accounts/import", "application/x-ndjson", lines.get(false))
                        .http()
                        .body())
                .contains("\"imported\"");
        assertThat(x.ledger().isLive(api.token(untimed.userId()).text("access_token")))
                .isTrue();
    }

    /** More connections than a page has, one of another integration, and one whose grant X revoked. */
    @Test
    void connectionsOfNango() throws Exception {
        var grants = new ArrayList<SeededGrant>();
        for (var i = 10; i < 115; i++) {
            grants.add(grant("81000001" + i));
        }
        Files.writeString(folder.resolve("recipe.py"), recipe("From Nango"));
        String printed;
        try (var nango = new Nango(grants)) {
            printed = run(nango.url(), "python3", "recipe.py");
        }

        assertThat(printed).contains("conn/revoked").doesNotContain("Traceback");
        assertThat(written().lines()).hasSize(grants.size());
        assertThat(written()).contains("\"username\": \"user_8100000110\"");
        assertImports(written(), grants.toArray(SeededGrant[]::new));
    }

    /** Nango's API as far as the recipe calls it: the parameters and responses of its reference, and nothing else. */
    private static final class Nango implements AutoCloseable {
        private static final String REVOKED = "conn/revoked";

        private final HttpServer server;
        private final Map<String, SeededGrant> byConnection;

        Nango(List<SeededGrant> grants) throws IOException {
            byConnection = grants.stream().collect(Collectors.toMap(grant -> "conn/" + grant.userId(), grant -> grant));
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/connections", this::answer);
            server.start();
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        private void answer(HttpExchange call) throws IOException {
            var address = call.getRequestURI();
            var query = address.getQuery() == null ? Map.<String, String>of() : HttpBrowser.query(address);
            var path = address.getRawPath();
            if (!"Bearer a-secret-key".equals(call.getRequestHeaders().getFirst("Authorization"))) {
                send(call, 401, "{\"error\":{\"code\":\"unknown_account\"}}");
            } else if (path.equals("/connections")) {
                list(call, query);
            } else {
                one(call, URI.create(path).getPath().substring("/connections/".length()), query);
            }
        }

        private void list(HttpExchange call, Map<String, String> query) throws IOException {
            if (!List.of("integrationId", "limit", "page").containsAll(query.keySet())) {
                send(call, 400, "{\"error\":{\"code\":\"invalid_query_params\"}}");
                return;
            }
            var ids = new ArrayList<>(byConnection.keySet().stream().sorted().toList());
            ids.add(REVOKED);
            var entries = new ArrayList<String>();
            for (var id : ids) {
                entries.add(filled("nango-connections.json", id, ids.indexOf(id), INTEGRATION));
            }
            if (!query.containsKey("integrationId")) {
                entries.add(filled("nango-connections.json", "conn/other", 9_999, "slack"));
            }
            var limit = Integer.parseInt(query.getOrDefault("limit", "10000"));
            var from = limit * Integer.parseInt(query.getOrDefault("page", "0"));
            send(
                    call,
                    200,
                    entries.stream()
                            .skip(from)
                            .limit(limit)
                            .collect(Collectors.joining(",", "{\"connections\":[", "]}")));
        }

        private void one(HttpExchange call, String id, Map<String, String> query) throws IOException {
            assertThat(query).containsEntry("provider_config_key", INTEGRATION).containsEntry("refresh_token", "true");
            if (id.equals(REVOKED)) {
                send(call, 424, Files.readString(RESOURCES.resolve("nango-refresh-failed.json")));
                return;
            }
            var grant = byConnection.get(id);
            var expires = Instant.ofEpochSecond(expiresAt(grant)).toString();
            var body = filled("nango-connection.json", id, 1, INTEGRATION);
            send(
                    call,
                    200,
                    body.replace("@access@", grant.accessToken())
                            .replace("@refresh@", grant.refreshToken())
                            .replace("@expires@", expires));
        }

        private static String filled(String name, String id, int number, String integration) throws IOException {
            return Files.readString(RESOURCES.resolve(name))
                    .replace("@connection@", id)
                    .replace("@number@", Integer.toString(number))
                    .replace("@integration@", integration);
        }

        private static void send(HttpExchange call, int status, String body) throws IOException {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            call.getResponseHeaders().add("Content-Type", "application/json");
            call.sendResponseHeaders(status, bytes.length);
            try (var out = call.getResponseBody()) {
                out.write(bytes);
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
