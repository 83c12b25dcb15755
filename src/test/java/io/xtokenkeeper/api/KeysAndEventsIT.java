package io.xtokenkeeper.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import io.xtokenkeeper.testkit.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Permissions of API keys, and the audit events about calls, with two replicas on one database. */
class KeysAndEventsIT {
    private static final String ONE = "2244994945";
    private static final String OTHER = "783214";
    private static final Duration A_SECOND = Duration.ofSeconds(1);
    /** The permission that each operation requires; an operation that is missing here fails the test. */
    private static final Map<String, String> RIGHTS = Map.ofEntries(
            Map.entry("GET /api/v1/accounts", "read"),
            Map.entry("GET /api/v1/accounts/{id}", "read"),
            Map.entry("PATCH /api/v1/accounts/{id}", "manage"),
            Map.entry("DELETE /api/v1/accounts/{id}", "manage"),
            Map.entry("GET /api/v1/accounts/{id}/export", "read"),
            Map.entry("GET /api/v1/accounts/{id}/token", "token"),
            Map.entry("POST /api/v1/accounts/{id}/refresh", "token"),
            Map.entry("GET /api/v1/accounts/{id}/x/{path}", "proxy"),
            Map.entry("POST /api/v1/accounts/{id}/x/{path}", "proxy"),
            Map.entry("PUT /api/v1/accounts/{id}/x/{path}", "proxy"),
            Map.entry("PATCH /api/v1/accounts/{id}/x/{path}", "proxy"),
            Map.entry("DELETE /api/v1/accounts/{id}/x/{path}", "proxy"),
            Map.entry("POST /api/v1/accounts/import", "manage"),
            Map.entry("POST /api/v1/consent-links", "manage"),
            Map.entry("GET /api/v1/consent-links", "read"),
            Map.entry("GET /api/v1/consent-links/{id}", "read"),
            Map.entry("DELETE /api/v1/consent-links/{id}", "manage"),
            Map.entry("POST /api/v1/export", "manage"),
            Map.entry("GET /api/v1/events", "read"),
            Map.entry("GET /api/v1/events/export", "read"),
            Map.entry("GET /api/v1/events/stream", "read"),
            Map.entry("GET /api/v1/usage", "read"),
            Map.entry("GET /api/v1/keys", "manage"),
            Map.entry("POST /api/v1/keys", "manage"),
            Map.entry("DELETE /api/v1/keys/{id}", "manage"),
            Map.entry("GET /api/v1/vault", "manage"),
            Map.entry("POST /api/v1/vault/rotate", "manage"),
            Map.entry("GET /api/v1/webhooks", "manage"),
            Map.entry("POST /api/v1/webhooks", "manage"),
            Map.entry("DELETE /api/v1/webhooks/{id}", "manage"),
            Map.entry("POST /api/v1/webhooks/{id}/secret", "manage"),
            Map.entry("POST /api/v1/webhooks/{id}/enable", "manage"),
            Map.entry("POST /api/v1/webhooks/{id}/test", "manage"),
            Map.entry("GET /api/v1/webhooks/{id}/deliveries", "manage"),
            Map.entry("POST /api/v1/webhooks/{id}/deliveries/{delivery}/resend", "manage"));

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static TestPostgres database;
    private static KeeperProcess keeper;
    private static KeeperProcess replica;
    private static Api operator;

    @BeforeAll
    static void begin() {
        database = CLUSTER.database();
        // one test sends hundreds of wrong keys
        var settings = new String[] {"KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER, "KEEPER_WRONG_KEYS", "10000"};
        keeper = CLUSTER.start(settings);
        replica = CLUSTER.start(settings);
        operator = keeper.api();
        operator.importDue(List.of(CLUSTER.x().issueGrant(ONE), CLUSTER.x().issueGrant(OTHER)));
    }

    private static Api.Reply created(String request) {
        var made = operator.post("/api/v1/keys", request);
        assertThat(made.status()).as(made.http().body()).isEqualTo(201);
        assertThat(made.header("Cache-Control")).isEqualTo("no-store");
        assertThat(made.text("key")).matches("xtk_[A-Za-z0-9_-]{43}");
        return made;
    }

    private static String key(String... rights) {
        return created("{\"name\":\"test\",\"rights\":[\"" + String.join("\",\"", rights) + "\"]}")
                .text("key");
    }

    @Test
    void everyOperationRefusesWhoeverHasNotItsRight() throws IOException {
        var revoked = created("{\"name\":\"revoked\",\"rights\":[\"read\",\"token\",\"manage\"]}");
        assertThat(operator.delete("/api/v1/keys/" + revoked.text("id")).status())
                .isEqualTo(204);
        var expired = created("{\"name\":\"old\",\"rights\":[\"read\",\"token\",\"manage\"],\"expires_in\":60}");
        database.update("update api_key set expires_at = now() - interval '1 s' where name = 'old'");
        database.update("update app_state set keys_version = keys_version + 1");
        await("the key is old")
                .atMost(A_SECOND.multipliedBy(3))
                .until(() -> status(expired.text("key"), "read") == 401);
        var without = Map.of(
                "read", key("token", "manage"),
                "proxy", key("read", "manage"),
                "token", key("read", "proxy", "manage"),
                "manage", key("read", "token"));

        for (var operation : operations()) {
            assertThat(RIGHTS).containsKey(operation);
            var parts = operation.split(" ", 2);
            var path = parts[1].replace("{path}", "2/users/me").replaceAll("\\{[^}]*}", "424242");
            for (var wrong : List.of("", "xtk_nonsense", revoked.text("key"), expired.text("key"))) {
                assertRefused(operator.with(wrong).send(parts[0], path, "application/json", "{}"), 401, operation);
            }
            var lacking = without.get(RIGHTS.get(operation));
            assertRefused(operator.with(lacking).send(parts[0], path, "application/json", "{}"), 403, operation);

            // before anything is said about media types, or a body that is not even read
            for (var type :
                    List.of("application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "no type")) {
                assertThat(first(parts[0], path, "", type))
                        .as(operation + " " + type)
                        .isEqualTo(401);
                assertThat(first(parts[0], path, lacking, type))
                        .as(operation + " " + type)
                        .isEqualTo(403);
            }
        }
    }

    /** The status for a call with a body of this type by a caller who accepts nothing but pictures. */
    private static int first(String method, String path, String key, String type) throws IOException {
        try (var wire = new Wire(keeper.url())) {
            return wire.send(method + " " + path + " HTTP/1.1\r\nHost: a\r\nAccept: image/png\r\nContent-Type: " + type
                            + (key.isEmpty() ? "" : "\r\nAuthorization: Bearer " + key)
                            + "\r\nContent-Length: 3\r\n\r\na=b")
                    .orElseThrow()
                    .status();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/accounts/abc/x/2/users/me",
        "GET, /api/v1/accounts/2244994945/x/1.1/users",
        "TRACE, /api/v1/accounts/2244994945/x/2/users/me",
        "POST, /api/v1/accounts/2244994945/token",
        "GET, /api/v1/nothing",
        "PUT, /api/v1/accounts"
    })
    void whoeverHasNoKeyIsToldNothingElse(String method, String path) throws IOException {
        assertThat(first(method, path, "", "application/json")).isEqualTo(401);
    }

    @Test
    void whoeverIsRefusedWithAGoodKeyIsRecordedOnceAMinute() {
        var lacking = created("{\"name\":\"lacking\",\"rights\":[\"read\"]}");
        var limited = created("{\"name\":\"limited\",\"rights\":[\"read\"],\"accounts\":[\"" + ONE + "\"]}");
        for (var i = 0; i < 3; i++) {
            assertThat(status(lacking.text("key"), "manage")).isEqualTo(403);
            assertThat(operator.with(limited.text("key")).account(OTHER).status())
                    .isEqualTo(403);
        }
        operator.with("xtk_nonsense").account(OTHER);

        for (var refused : List.of(lacking, limited)) {
            var events = "select outcome || ' ' || coalesce(account_id, '-') || ' ' || address from audit_event"
                    + " where type = 'key.refused' and actor = 'key:" + refused.text("id") + "'";
            await("an event")
                    .atMost(A_SECOND.multipliedBy(5))
                    .until(() -> !database.query(events).isEmpty());
            assertThat(database.query(events))
                    .containsExactly("REFUSED " + (refused == limited ? OTHER : "-") + " 127.0.0.1");
        }
        assertThat(database.query("select distinct left(actor, 4) from audit_event where type = 'key.refused'"))
                .containsExactly("key:");
    }

    private static void assertRefused(Api.Reply reply, int status, String operation) {
        assertThat(reply.status()).as(operation).isEqualTo(status);
        assertThat(reply.header("Content-Type")).as(operation).startsWith("application/problem+json");
    }

    /** Every operation of the OpenAPI document. */
    private static List<String> operations() throws IOException {
        JsonNode paths = new ObjectMapper()
                .readTree(operator.get("/q/openapi?format=json").http().body())
                .path("paths");
        var found = new ArrayList<String>();
        paths.properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (List.of("get", "post", "put", "patch", "delete").contains(method)) {
                        found.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
                    }
                }));
        assertThat(found).hasSizeGreaterThanOrEqualTo(RIGHTS.size());
        return found;
    }

    private static int status(String key, String right) {
        return operator.with(key)
                .get(right.equals("read") ? "/api/v1/accounts" : "/api/v1/keys")
                .status();
    }

    @Test
    void aKeyIsShownOnceAndKeptAsItsHash() {
        var key = created("{\"name\":\"once\",\"rights\":[\"read\"]}").text("key");

        assertThat(operator.get("/api/v1/keys").http().body())
                .contains("\"once\"")
                .doesNotContain(key);
        assertThat(database.query("select k::text from api_key k")).noneMatch(row -> row.contains(key));
    }

    @Test
    void aRevokedKeyIsRefusedByEveryReplicaWithinASecond() {
        var made = created("{\"name\":\"gone\",\"rights\":[\"read\"]}");
        var elsewhere = replica.api().with(made.text("key"));
        await("the replica knows it")
                .atMost(A_SECOND)
                .until(() -> elsewhere.get("/api/v1/accounts").status() == 200);

        operator.delete("/api/v1/keys/" + made.text("id"));

        assertThat(status(made.text("key"), "read")).isEqualTo(401);
        await("refused there too")
                .atMost(A_SECOND)
                .until(() -> elsewhere.get("/api/v1/accounts").status() == 401);
    }

    @Test
    void aKeyForOneAccountSeesNoOther() {
        var narrow =
                operator.with(created("{\"name\":\"narrow\",\"rights\":[\"read\",\"token\",\"manage\"],\"accounts\":[\""
                                + ONE + "\"]}")
                        .text("key"));

        assertThat(narrow.token(ONE).status()).isEqualTo(200);
        assertThat(narrow.token(OTHER).status()).isEqualTo(403);
        assertThat(narrow.refresh(OTHER).status()).isEqualTo(403);
        assertThat(narrow.account(OTHER).status()).isEqualTo(403);
        assertThat(narrow.delete("/api/v1/accounts/" + OTHER).status()).isEqualTo(403);
        assertThat(narrow.get("/api/v1/accounts").json().path("accounts").findValuesAsText("id"))
                .containsExactly(ONE);
        assertThat(narrow.get("/api/v1/events?account=" + OTHER).status()).isEqualTo(403);
        for (var path : List.of("/api/v1/events", "/api/v1/events?account=" + ONE)) {
            var seen = narrow.get(path);
            assertThat(seen.status()).isEqualTo(200);
            assertThat(seen.json().path("events").findValuesAsText("account"))
                    .isNotEmpty()
                    .containsOnly(ONE);
        }
        assertThat(narrow.get("/api/v1/events/export").http().body().lines())
                .isNotEmpty()
                .allMatch(line -> line.contains("\"account\":\"" + ONE + "\""));
        assertThat(narrow.get("/api/v1/vault").status()).isEqualTo(403);
        assertThat(narrow.post("/api/v1/vault/rotate").status()).isEqualTo(403);
        assertThat(narrow.post("/api/v1/keys", "{\"name\":\"more\",\"rights\":[\"read\"]}")
                        .status())
                .isEqualTo(403);
        assertThat(narrow.post("/api/v1/consent-links", "{}").status()).isEqualTo(403);
        assertThat(narrow.send("POST", "/api/v1/accounts/import", "application/json", "[]")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void limitedKeySeesMakesAndRevokesOnlyKeysForItsOwnAccounts() {
        var all = created("{\"name\":\"all\",\"rights\":[\"read\"]}");
        var theirs = created("{\"name\":\"theirs\",\"rights\":[\"read\"],\"accounts\":[\"" + OTHER + "\"]}");
        var both =
                created("{\"name\":\"both\",\"rights\":[\"read\"],\"accounts\":[\"" + ONE + "\",\"" + OTHER + "\"]}");
        var own = created(
                "{\"name\":\"own\",\"rights\":[\"read\",\"manage\"],\"accounts\":[\"" + ONE + "\",\"424242\"]}");
        var limited = operator.with(own.text("key"));

        for (var more : List.of(
                "{\"name\":\"more\",\"rights\":[\"read\"]}",
                "{\"name\":\"more\",\"rights\":[\"read\"],\"accounts\":[\"" + OTHER + "\"]}",
                "{\"name\":\"more\",\"rights\":[\"read\"],\"accounts\":[\"" + ONE + "\",\"" + OTHER + "\"]}",
                "{\"name\":\"more\",\"rights\":[\"read\",\"token\"],\"accounts\":[\"" + ONE + "\"]}")) {
            assertRefused(limited.post("/api/v1/keys", more), 403, more);
        }
        var made = limited.post(
                "/api/v1/keys", "{\"name\":\"less\",\"rights\":[\"read\"],\"accounts\":[\"" + ONE + "\"]}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(operator.with(made.text("key")).account(ONE).status()).isEqualTo(200);

        assertThat(limited.get("/api/v1/keys").json().path("keys").findValuesAsText("id"))
                .contains(own.text("id"), made.text("id"))
                .doesNotContain(all.text("id"), theirs.text("id"), both.text("id"));

        for (var other : List.of(all.text("id"), theirs.text("id"), both.text("id"), "no-such-key")) {
            assertRefused(limited.delete("/api/v1/keys/" + other), 403, other);
        }
        for (var still : List.of(all, theirs, both)) {
            assertThat(status(still.text("key"), "read")).isEqualTo(200);
        }
        assertThat(limited.delete("/api/v1/keys/" + made.text("id")).status()).isEqualTo(204);
        assertThat(limited.delete("/api/v1/keys/" + made.text("id")).status()).isEqualTo(204);
        assertThat(status(made.text("key"), "read")).isEqualTo(401);
    }

    @Test
    void keyMakesNoneWithMoreRightsThanItsOwnNotEvenSignedIn() {
        var manage = key("manage");

        assertRefused(
                operator.with(manage).post("/api/v1/keys", "{\"name\":\"more\",\"rights\":[\"token\"]}"), 403, "token");
        assertThat(operator.with(manage)
                        .post("/api/v1/keys", "{\"name\":\"same\",\"rights\":[\"manage\"]}")
                        .status())
                .isEqualTo(201);

        var browser = new HttpBrowser(keeper);
        browser.signIn(manage);
        var form = Map.of("name", "by a page", "right", "token");
        assertThat(browser.submit("/operator/keys", "/operator/keys", form).statusCode())
                .isEqualTo(403);
        assertThat(browser.submit("/operator/keys", "/operator/keys", Map.of("name", "by a page", "right", "manage"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(database.query("select rights::text from api_key where name = 'by a page'"))
                .containsExactly("{manage}");
    }

    private static void reference(String account, String reference) {
        database.update("insert into account_reference (account_id, reference) values ('" + account + "', '" + reference
                + "')");
    }

    private static List<String> listed(Api api) {
        return api.get("/api/v1/accounts").json().path("accounts").findValuesAsText("id");
    }

    @Test
    void aKeyForReferencesHasTheirAccountsOnEveryReplicaWithinASecond() {
        var made = created("{\"name\":\"tenant\",\"rights\":[\"read\",\"token\",\"manage\"],"
                + "\"references\":[\"tenant 7\",\"unused\"]}");
        assertThat(made.json().path("references").toString()).isEqualTo("[\"tenant 7\",\"unused\"]");
        assertThat(made.json().path("accounts")).isEmpty();
        assertThat(database.query("select accounts::text from api_key where name = 'tenant'"))
                .as("a replica of the version before must not take it for a key for all accounts")
                .containsExactly("{}");
        var tenant = keeper.api().with(made.text("key"));
        var elsewhere = replica.api().with(made.text("key"));
        assertThat(listed(tenant)).isEmpty();
        assertThat(tenant.token(ONE).status()).isEqualTo(403);
        assertThat(tenant.get("/api/v1/events").json().path("events")).isEmpty();

        reference(ONE, "tenant 7");
        reference(OTHER, "tenant 8");
        for (var replicaOfTenant : List.of(tenant, elsewhere)) {
            await("added")
                    .atMost(A_SECOND)
                    .until(() -> replicaOfTenant.token(ONE).status() == 200);
            assertThat(listed(replicaOfTenant)).containsExactly(ONE);
            assertThat(replicaOfTenant.account(ONE).status()).isEqualTo(200);
            assertThat(replicaOfTenant
                            .get("/api/v1/accounts/" + ONE + "/x/2/users/me")
                            .status())
                    .isEqualTo(200);
            for (var path : List.of("", "/token", "/x/2/users/me")) {
                assertThat(replicaOfTenant
                                .get("/api/v1/accounts/" + OTHER + path)
                                .status())
                        .as(path)
                        .isEqualTo(403);
            }
            assertThat(replicaOfTenant.refresh(OTHER).status()).isEqualTo(403);
            assertThat(replicaOfTenant.delete("/api/v1/accounts/" + OTHER).status())
                    .isEqualTo(403);
            assertThat(replicaOfTenant.get("/api/v1/vault").status()).isEqualTo(403);
            assertThat(replicaOfTenant
                            .post("/api/v1/export", "{\"passphrase\":\"a passphrase of some length\"}")
                            .status())
                    .isEqualTo(403);
        }

        database.update("delete from account_reference where reference = 'tenant 7'");
        for (var replicaOfTenant : List.of(tenant, elsewhere)) {
            await("removed")
                    .atMost(A_SECOND)
                    .until(() -> replicaOfTenant.token(ONE).status() == 403);
            assertThat(listed(replicaOfTenant)).isEmpty();
        }
    }

    @Test
    void aKeyForReferencesReadsTheirEvents() {
        reference(ONE, "reader 1");
        var reader = operator.with(created("{\"name\":\"reader\",\"rights\":[\"read\"],"
                        + "\"accounts\":[\"424242\"],\"references\":[\"reader 1\",\"reader 2\"]}")
                .text("key"));
        var start = lastEvent();
        var insert =
                "insert into audit_event (at, type, actor, account_id, outcome, reference) values (now(), 'test', 'test', ";
        database.update(insert + "'" + ONE + "', 'DONE', null)");
        database.update(insert + "null, 'DONE', 'reader 2')");
        database.update(insert + "'" + ONE + "', 'DONE', 'reader 1')");
        database.update(insert + "'424242', 'DONE', null)");
        database.update(insert + "'" + OTHER + "', 'DONE', null)");
        database.update(insert + "null, 'DONE', 'reader 3')");
        database.update(insert + "null, 'DONE', null)");

        var own = List.of(ONE, "null", ONE, "424242");
        var seen = reader.get("/api/v1/events?after=" + start).json();
        assertThat(seen.path("events").findValuesAsText("account")).isEqualTo(own);
        assertThat(reader.get("/api/v1/events?limit=2&after=" + start)
                        .json()
                        .path("next_after")
                        .asLong())
                .as("pages are in order")
                .isEqualTo(seen.path("events").get(1).path("id").asLong());
        assertThat(reader.get("/api/v1/events/export?after=" + start)
                        .http()
                        .body()
                        .lines())
                .hasSameSizeAs(own);
        assertThat(reader.get("/api/v1/events?account=" + OTHER).status()).isEqualTo(403);
    }

    @Test
    void aKeyForReferencesMakesAndSeesOnlyNarrowerKeys() {
        reference(OTHER, "maker");
        var own = created("{\"name\":\"maker\",\"rights\":[\"read\",\"proxy\",\"manage\"],"
                + "\"references\":[\"maker\"],\"methods\":[\"GET\"],\"paths\":[\"2/users/*\"]}");
        var wider = created("{\"name\":\"wider\",\"rights\":[\"read\"],\"references\":[\"maker\",\"more\"]}");
        var maker = operator.with(own.text("key"));
        assertThat(maker.account(OTHER).status()).isEqualTo(200);

        for (var more : List.of(
                "{\"name\":\"more\",\"rights\":[\"read\"]}",
                "{\"name\":\"more\",\"rights\":[\"read\"],\"accounts\":[\"" + OTHER + "\"]}",
                "{\"name\":\"more\",\"rights\":[\"read\"],\"references\":[\"maker\",\"more\"]}",
                "{\"name\":\"more\",\"rights\":[\"token\"],\"references\":[\"maker\"]}",
                "{\"name\":\"more\",\"rights\":[\"proxy\"],\"references\":[\"maker\"]}",
                "{\"name\":\"more\",\"rights\":[\"proxy\"],\"references\":[\"maker\"],\"methods\":[\"GET\"],"
                        + "\"paths\":[\"2/users/**\"]}")) {
            assertRefused(maker.post("/api/v1/keys", more), 403, more);
        }
        var made = maker.post(
                "/api/v1/keys",
                "{\"name\":\"less\",\"rights\":[\"token\"],\"references\":[\"maker\"],\"methods\":[\"GET\"],"
                        + "\"paths\":[\"2/users/me\"]}");
        assertThat(made.status()).as(made.http().body()).isEqualTo(201);
        assertThat(made.json().path("rights").toString()).isEqualTo("[\"proxy\"]");
        assertThat(operator.with(made.text("key"))
                        .get("/api/v1/accounts/" + OTHER + "/x/2/users/me")
                        .status())
                .isEqualTo(200);
        assertThat(maker.get("/api/v1/keys").json().path("keys").findValuesAsText("id"))
                .containsExactlyInAnyOrder(own.text("id"), made.text("id"));
        assertRefused(maker.delete("/api/v1/keys/" + wider.text("id")), 403, "wider");
        assertThat(maker.delete("/api/v1/keys/" + made.text("id")).status()).isEqualTo(204);
    }

    /** The transaction that adds the reference cannot see the key, which is created while it is open. */
    @Test
    void aReferenceThatIsAddedWhileItsKeyIsCreatedIsNotMissed() throws Exception {
        database.update("delete from account_reference");
        database.update("update api_key set revoked_at = now() where refs is not null");
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("insert into account_reference values ('" + ONE + "', 'at once')");
            var making = CompletableFuture.supplyAsync(
                    () -> created("{\"name\":\"at once\",\"rights\":[\"token\"],\"references\":[\"at once\"]}"));
            assertThatThrownBy(() -> making.get(2, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            connection.commit();

            var key = making.get(10, TimeUnit.SECONDS).text("key");
            assertThat(operator.with(key).token(ONE).status()).isEqualTo(200);
            await("elsewhere")
                    .atMost(A_SECOND)
                    .until(() -> replica.api().with(key).token(ONE).status() == 200);
        }
    }

    @Test
    void aLimitedKeyDoesNotSignInNorExport() {
        var limited = created("{\"name\":\"limited\",\"rights\":[\"proxy\",\"manage\"],\"methods\":[\"GET\"]}")
                .text("key");
        assertThat(new HttpBrowser(keeper).signIn(limited).statusCode()).isEqualTo(403);
        assertRefused(
                operator.with(limited).post("/api/v1/export", "{\"passphrase\":\"a passphrase of some length\"}"),
                403,
                "export");
        assertThat(operator.with(limited).get("/api/v1/vault").status()).isEqualTo(200);
    }

    @Test
    void thePageMakesAndListsLimitedKeys() {
        var browser = new HttpBrowser(keeper);
        browser.signIn(KeeperProcess.ADMIN_KEY);
        var form = new HashMap<>(Map.of("name", "limited by a page", "right", "token"));
        form.put("references", "page 1\r\npage 2\r\n");
        form.put("method", "GET");
        form.put("paths", "2/users/*\n2/tweets");
        assertThat(browser.submit("/operator/keys", "/operator/keys", form).statusCode())
                .isEqualTo(200);
        assertThat(database.query("select concat_ws(' ', rights, accounts, refs, methods, paths) from api_key"
                        + " where name = 'limited by a page'"))
                .containsExactly("{proxy} {} {\"page 1\",\"page 2\"} {GET} {2/tweets,2/users/*}");
        assertThat(browser.open("/operator/keys").body())
                .contains("references: page 1, page 2", "2/tweets, 2/users/*", "<code>proxy</code>");

        for (var wrong : Map.of(
                        "paths", "tweets",
                        "references", "r".repeat(129),
                        "method", "TRACE",
                        "right", "read")
                .entrySet()) {
            var bad = new HashMap<>(form);
            bad.put("name", "not made");
            bad.put(wrong.getKey(), wrong.getValue());
            assertThat(browser.submit("/operator/keys", "/operator/keys", bad).statusCode())
                    .as(wrong.getKey())
                    .isEqualTo(400);
        }
        assertThat(database.query("select id from api_key where name = 'not made'"))
                .isEmpty();
    }

    @Test
    void aRequestThatMakesNoSenseIsToldSo() {
        for (var bad : List.of(
                "{}",
                "{\"name\":\"\",\"rights\":[\"read\"]}",
                "{\"name\":\"a\",\"rights\":[]}",
                "{\"name\":\"a\",\"rights\":[\"root\"]}",
                "{\"name\":\"a\",\"rights\":[\"read\"],\"accounts\":[\"me\"]}",
                "{\"name\":\"a\",\"rights\":[\"read\"],\"expires_in\":1}",
                "{\"name\":\"a\",\"rights\":[\"read\"],\"references\":[]}",
                "{\"name\":\"a\",\"rights\":[\"read\"],\"references\":[\"\"]}",
                "{\"name\":\"a\",\"rights\":[\"read\"],\"references\":[\" a\"]}",
                "{\"name\":\"a\",\"rights\":[\"read\"],\"references\":[\"a\\u0000\"]}",
                "{\"name\":\"a\",\"rights\":[\"read\"],\"references\":[\"a\\ud800\"]}",
                "{\"name\":\"a\",\"rights\":[\"read\"],\"references\":[\"" + "r".repeat(129) + "\"]}",
                "{\"name\":\"a\",\"rights\":[\"proxy\"],\"methods\":[]}",
                "{\"name\":\"a\",\"rights\":[\"proxy\"],\"methods\":[\"get\"]}",
                "{\"name\":\"a\",\"rights\":[\"proxy\"],\"methods\":[\"TRACE\"]}",
                "{\"name\":\"a\",\"rights\":[\"proxy\"],\"paths\":[]}",
                "{\"name\":\"a\",\"rights\":[\"proxy\"],\"paths\":[null]}",
                "{\"name\":\"a\",\"rights\":[\"proxy\"],\"paths\":[\"tweets\"]}",
                "{\"name\":\"a\",\"rights\":[\"proxy\"],\"paths\":[\"2/**/a\"]}",
                "{\"name\":\"a\",\"rights\":[\"read\"],\"methods\":[\"GET\"]}",
                "{\"name\":\"a\",\"rights\":[\"manage\"],\"paths\":[\"2/tweets\"]}",
                "{\"name\":\"a\",\"rights\":[\"proxy\"],\"paths\":[\"2/tweets\"],\"tokens\":true}",
                "{\"name\":\"a\",\"rights\":[\"token\"],\"tokens\":false}",
                "[",
                "")) {
            var reply = operator.post("/api/v1/keys", bad);
            assertThat(reply.status()).as(bad).isEqualTo(400);
            assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
        }
    }

    @Test
    void eventsAreReadOnFromAnIdOfOneAccountAndAsLines() {
        var start = lastEvent();
        operator.post("/api/v1/consent-links", "{\"expected_user\":\"" + ONE + "\"}");
        operator.post("/api/v1/consent-links", "{}");

        var page = operator.get("/api/v1/events?limit=1&after=" + start).json();
        assertThat(page.path("events")).hasSize(1);
        assertThat(page.path("events").get(0).path("type").asText()).isEqualTo("consent_link.created");
        assertThat(page.path("events").get(0).path("actor").asText()).isEqualTo("operator");
        var rest =
                operator.get("/api/v1/events?after=" + page.path("next_after").asLong());
        assertThat(rest.json().path("events")).isNotEmpty();
        assertThat(operator.get("/api/v1/events?account=" + ONE + "&after=" + start)
                        .json()
                        .path("events"))
                .hasSize(1);
        assertThat(operator.get("/api/v1/events/export?after=" + start)
                        .http()
                        .body()
                        .lines())
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(line -> line.startsWith("{\"id\":") && line.endsWith("}"));
    }

    @Test
    void eventsAreFilteredByTypeActorAndTime() {
        var before = Instant.now();
        var start = lastEvent();
        operator.post("/api/v1/consent-links", "{\"expected_user\":\"" + ONE + "\"}");
        var maker = created("{\"name\":\"maker\",\"rights\":[\"manage\"]}");
        operator.with(maker.text("key")).post("/api/v1/consent-links", "{\"expected_user\":\"" + ONE + "\"}");
        operator.with(maker.text("key")).post("/api/v1/consent-links", "{\"expected_user\":\"" + OTHER + "\"}");
        var actor = "actor=key:" + maker.text("id");

        assertThat(events("after=" + start + "&type=key.created")).contains("key.created operator");
        assertThat(events(actor))
                .containsExactly(
                        "consent_link.created key:" + maker.text("id"), "consent_link.created key:" + maker.text("id"));
        assertThat(events(actor + "&account=" + ONE)).hasSize(1);
        assertThat(events(actor + "&type=key.created")).isEmpty();
        assertThat(events(actor + "&from=" + before)).hasSize(2);
        assertThat(events(actor + "&from=" + before.plusSeconds(3600))).isEmpty();
        assertThat(events(actor + "&to=" + before.minusSeconds(3600))).isEmpty();
        assertThat(events(actor + "&to=" + before.plusSeconds(3600))).hasSize(2);
        assertThat(operator.get("/api/v1/events/export?type=consent_link.created&" + actor)
                        .http()
                        .body()
                        .lines())
                .hasSize(2)
                .allMatch(line -> line.contains("key:" + maker.text("id")));
    }

    private static List<String> events(String query) {
        var reply = operator.get("/api/v1/events?limit=1000&" + query);
        assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
        return StreamSupport.stream(reply.json().path("events").spliterator(), false)
                .map(event ->
                        event.path("type").asText() + " " + event.path("actor").asText())
                .toList();
    }

    @Test
    void theStreamGoesOnWhereAClientLeftOff() throws Exception {
        var start = lastEvent();
        operator.post("/api/v1/consent-links", "{}");
        operator.post("/api/v1/consent-links", "{}");

        var first = streamed(start, 1);
        var second = streamed(
                Long.parseLong(first.getFirst().substring("id:".length()).strip()), 1);

        assertThat(second).isNotEqualTo(first);
    }

    private static long lastEvent() {
        return Long.parseLong(
                database.query("select coalesce(max(id), 0) from audit_event").getFirst());
    }

    /** The id lines of the first {@code count} events of the other replica's stream. */
    private static List<String> streamed(long lastId, int count) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(replica.url().resolve("/api/v1/events/stream"))
                    .header("Authorization", "Bearer " + KeeperProcess.ADMIN_KEY)
                    .header("Last-Event-ID", Long.toString(lastId))
                    .build();
            var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
                    Stream<String> all = lines.lines()) {
                return all.filter(line -> line.startsWith("id:")).limit(count).toList();
            } finally {
                client.shutdownNow();
            }
        }
    }
}
