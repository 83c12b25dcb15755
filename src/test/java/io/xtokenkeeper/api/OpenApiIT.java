package io.xtokenkeeper.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares the OpenAPI document with the responses of the packaged service: each operation is called with valid and invalid
 * requests.
 */
class OpenApiIT {
    private static final String JSON = "application/json";
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final String PROBLEM = "application/problem+json";
    private static final String KNOWN = "2244994945";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static KeeperProcess keeper;
    private static Api operator;
    private static JsonNode document;

    private final List<String> lies = new ArrayList<>();
    private final Set<String> calledWell = new HashSet<>();
    private final Set<String> calledBadly = new HashSet<>();
    private final Set<String> problemTypes = new HashSet<>();

    @BeforeAll
    static void begin() throws IOException {
        keeper = CLUSTER.start("KEEPER_WEBHOOKS_ALLOW_PRIVATE", "true", "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        operator = keeper.api();
        operator.importDue(List.of(CLUSTER.x().issueGrant(KNOWN)));
        document = MAPPER.readTree(operator.get("/q/openapi?format=json").http().body());
    }

    @Test
    void everyOperationAnswersWhatTheDocumentSays() throws Exception {
        well("GET", "/api/v1/accounts", "/api/v1/accounts");
        well("GET", "/api/v1/accounts/{id}", "/api/v1/accounts/" + KNOWN);
        well("GET", "/api/v1/accounts/{id}/export", "/api/v1/accounts/" + KNOWN + "/export");
        well("GET", "/api/v1/accounts/{id}/token", "/api/v1/accounts/" + KNOWN + "/token");
        well("POST", "/api/v1/accounts/{id}/refresh", "/api/v1/accounts/" + KNOWN + "/refresh");
        post("/api/v1/accounts/import", "/api/v1/accounts/import", "[{\"x_user_id\":\"1\",\"refresh_token\":\"r\"}]");
        check(
                true,
                "PATCH",
                "/api/v1/accounts/{id}",
                operator.send("PATCH", "/api/v1/accounts/" + KNOWN, JSON, "{\"references\":[\"a b\"]}"));
        var link = "/api/v1/consent-links/"
                + post("/api/v1/consent-links", "/api/v1/consent-links", "{}").text("id");
        well("GET", "/api/v1/consent-links", "/api/v1/consent-links");
        well("GET", "/api/v1/consent-links/{id}", link);
        well("DELETE", "/api/v1/consent-links/{id}", link);
        for (var method : METHODS) {
            well(method, "/api/v1/accounts/{id}/x/{path}", "/api/v1/accounts/" + KNOWN + "/x/2/echo");
        }
        post("/api/v1/export", "/api/v1/export", "{\"passphrase\":\"a passphrase of some length\"}");
        well("GET", "/api/v1/events", "/api/v1/events");
        well("GET", "/api/v1/events/export", "/api/v1/events/export");
        streamed("/api/v1/events/stream");
        well("GET", "/api/v1/usage", "/api/v1/usage");
        var key = post(
                "/api/v1/keys",
                "/api/v1/keys",
                "{\"name\":\"n\",\"rights\":[\"proxy\"],\"accounts\":[\"1\"],"
                        + "\"references\":[\"a b\"],\"methods\":[\"GET\"],\"paths\":[\"2/users/*\"]}");
        well("GET", "/api/v1/keys", "/api/v1/keys");
        well("DELETE", "/api/v1/keys/{id}", "/api/v1/keys/" + key.text("id"));
        well("POST", "/api/v1/vault/rotate", "/api/v1/vault/rotate");
        well("GET", "/api/v1/vault", "/api/v1/vault");
        var hook = "/api/v1/webhooks/"
                + post("/api/v1/webhooks", "/api/v1/webhooks", "{\"url\":\"http://127.0.0.1:1/x\"}")
                        .text("id");
        well("GET", "/api/v1/webhooks", "/api/v1/webhooks");
        well("POST", "/api/v1/webhooks/{id}/secret", hook + "/secret");
        well("POST", "/api/v1/webhooks/{id}/enable", hook + "/enable");
        var delivery = well("POST", "/api/v1/webhooks/{id}/test", hook + "/test");
        well("GET", "/api/v1/webhooks/{id}/deliveries", hook + "/deliveries");
        well(
                "POST",
                "/api/v1/webhooks/{id}/deliveries/{delivery}/resend",
                hook + "/deliveries/" + delivery.text("id") + "/resend");
        well("DELETE", "/api/v1/webhooks/{id}", hook);
        well("DELETE", "/api/v1/accounts/{id}", "/api/v1/accounts/" + KNOWN);

        badly("GET", "/api/v1/accounts", "/api/v1/accounts?limit=0", "");
        badly("GET", "/api/v1/accounts/{id}", "/api/v1/accounts/1234", "");
        badly("GET", "/api/v1/accounts/{id}/export", "/api/v1/accounts/1234/export", "");
        badly("DELETE", "/api/v1/accounts/{id}", "/api/v1/accounts/" + KNOWN + "?erase=perhaps", "");
        badly("GET", "/api/v1/accounts/{id}/token", "/api/v1/accounts/1234/token", "");
        badly("POST", "/api/v1/accounts/{id}/refresh", "/api/v1/accounts/1234/refresh", "");
        badly("POST", "/api/v1/export", "/api/v1/export", "{}");
        badly("GET", "/api/v1/accounts/{id}/x/{path}", "/api/v1/accounts/" + KNOWN + "/x/3/echo", "");
        badly("POST", "/api/v1/consent-links", "/api/v1/consent-links", "{\"expires_in\":1}");
        badly("GET", "/api/v1/consent-links", "/api/v1/consent-links?status=SOLD", "");
        badly("GET", "/api/v1/consent-links/{id}", "/api/v1/consent-links/none", "");
        badly("PATCH", "/api/v1/accounts/{id}", "/api/v1/accounts/" + KNOWN, "{}");
        badly("GET", "/api/v1/events", "/api/v1/events?after=-1", "");
        badly("GET", "/api/v1/events/export", "/api/v1/events/export?after=-1", "");
        badly("GET", "/api/v1/events/stream", "/api/v1/events/stream?after=-1", "");
        badly("GET", "/api/v1/usage", "/api/v1/usage?limit=0", "");
        badly("POST", "/api/v1/keys", "/api/v1/keys", "{}");
        badly("POST", "/api/v1/webhooks", "/api/v1/webhooks", "{\"url\":\"\"}");
        for (var action : List.of("/secret", "/enable", "/test", "/deliveries/1/resend")) {
            var described = action.replace("/1/", "/{delivery}/");
            badly("POST", "/api/v1/webhooks/{id}" + described, "/api/v1/webhooks/none" + action, "");
        }
        badly("GET", "/api/v1/webhooks/{id}/deliveries", "/api/v1/webhooks/none/deliveries", "");
        var described = described();
        for (var operation : described) {
            var path = operation.replaceFirst(".* ", "");
            if (path.startsWith("/api/")) {
                var method = operation.replaceFirst(" .*", "");
                var address = path.replace("{path}", "2/echo").replaceAll("\\{[^}]*}", "1");
                check(false, method, path, operator.with("").send(method, address, "", ""));
            }
        }

        assertThat(lies).isEmpty();
        assertThat(calledWell).isEqualTo(described);
        assertThat(calledBadly).isEqualTo(described);
        for (var type : problemTypes) {
            assertThat(operator.get(type).status()).as(type).isEqualTo(200);
        }
        assertThat(problemTypes).hasSizeGreaterThan(3);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/accounts?limit=abc, limit, must be a number",
        "GET, /api/v1/accounts?limit=99999999999, limit, must be a number",
        "GET, /api/v1/events?after=x, after, must be a number",
        "GET, /api/v1/events?limit=1.5, limit, must be a number",
        "GET, /api/v1/events/export?after=x, after, must be a number",
        "GET, /api/v1/events/stream?after=x, after, must be a number",
        "GET, /api/v1/events?from=now, from, must be an instant such as 2026-11-27T10:00:00Z",
        "GET, /api/v1/events?actor=me, actor, 'must be operator, browser, timer, key:<id>, session:<id> or openid:<name>'",
        "GET, /api/v1/events?type=x, type, 'must be the type of an audit event, such as account.connected'",
        "GET, /api/v1/events/export?to=2026-11-27, to, must be an instant such as 2026-11-27T10:00:00Z",
        "GET, /api/v1/usage?from=yesterday, from, must be an instant such as 2026-11-27T10:00:00Z",
        "GET, /api/v1/usage?from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z, from, must be before to",
        "GET, /api/v1/usage?from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z, from, must be at most 90 days before to",
        "GET, /api/v1/usage?cursor=x, cursor, 'must be the next_cursor of the page before, unchanged'",
        "GET, /api/v1/usage?key=a%20b, key, 'must be the id of an API key, or operator'",
        "POST, /api/v1/accounts/import?verify=yes, verify, must be true or false",
        "GET, /api/v1/accounts/2244994945/token?min_ttl=abc, min_ttl, must be a number of seconds from 0 to 86400"
    })
    void aParameterOfTheWrongFormIsNamed(String method, String path, String field, String message) {
        var refused = operator.send(method, path, method.equals("POST") ? JSON : "", method.equals("POST") ? "[]" : "");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text("type")).isEqualTo("/problems/invalid-value");
        assertThat(refused.json().at("/violations/0/field").asText()).isEqualTo(field);
        assertThat(refused.json().at("/violations/0/message").asText()).isEqualTo(message);
        assertThat(operator.with("")
                        .send(method, path, method.equals("POST") ? JSON : "", "")
                        .status())
                .as("who has no key learns nothing")
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "/q/openapi, */*, yaml",
        "/q/openapi, text/html, yaml",
        "/q/openapi, application/json, json",
        "/q/openapi?format=JSON, */*, json",
        "/q/openapi?format=yaml, application/json, yaml",
        "/q/openapi.json, */*, json",
        "/q/openapi.yaml, application/json, yaml",
        "/q/openapi.yml, */*, yaml"
    })
    void theDocumentComesAsWhoeverAsksWantsIt(String address, String accept, String format) throws Exception {
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(keeper.url().resolve(address))
                                .header("Accept", accept)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/" + format + ";charset=UTF-8");
        assertThat(answer.body())
                .startsWith(format.equals("json") ? "{" : "---")
                .contains("3.1.0", "getToken");
    }

    @Test
    void everyCallOfTheApiSaysWhichKeyItWants() {
        assertThat(document.at("/components/securitySchemes/API key/scheme").asText())
                .isEqualTo("bearer");
        var rights = new HashMap<String, String>();
        for (var operation : described()) {
            var call = operation.split(" ", 2);
            var security = document.path("paths")
                    .path(call[1])
                    .path(call[0].toLowerCase(Locale.ROOT))
                    .path("security");
            rights.put(operation, security.toString());
        }
        assertThat(rights)
                .allSatisfy((operation, right) -> assertThat(right)
                        .as(operation)
                        .matches("\\[\\{\"API key\":\\[(\"(read|proxy|token|manage)\")?]}]"))
                .containsEntry("GET /api/v1/accounts", "[{\"API key\":[\"read\"]}]")
                .containsEntry("GET /api/v1/accounts/{id}/token", "[{\"API key\":[\"token\"]}]")
                .containsEntry("POST /api/v1/keys", "[{\"API key\":[\"manage\"]}]");
    }

    private static Set<String> described() {
        var operations = new HashSet<String>();
        document.path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fieldNames().forEachRemaining(field -> {
                    var method = field.toUpperCase(Locale.ROOT);
                    if (METHODS.contains(method)) {
                        operations.add(method + " " + path.getKey());
                    }
                }));
        return operations;
    }

    private Api.Reply well(String method, String path, String address) {
        return check(true, method, path, operator.send(method, address, "", ""));
    }

    private Api.Reply post(String path, String address, String body) {
        return check(true, "POST", path, operator.send("POST", address, JSON, body));
    }

    private void badly(String method, String path, String address, String body) {
        check(false, method, path, operator.send(method, address, body.isEmpty() ? "" : JSON, body));
    }

    /** Checks only status and media type: the stream never ends. */
    private void streamed(String path) throws Exception {
        var request = HttpRequest.newBuilder(keeper.url().resolve(path))
                .header("Authorization", "Bearer " + KeeperProcess.ADMIN_KEY)
                .build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        answer.body().close();
        calledWell.add("GET " + path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(document.path("paths")
                        .path(path)
                        .path("get")
                        .path("responses")
                        .path("200")
                        .path("content")
                        .has("text/event-stream"))
                .isTrue();
    }

    private Api.Reply check(boolean well, String method, String path, Api.Reply reply) {
        var operation = method + " " + path;
        (well ? calledWell : calledBadly).add(operation);
        var told = operation + " -> " + reply.status() + " " + reply.http().body();
        if (well != reply.status() < 400) {
            lies.add("not as meant: " + told);
        }
        var described = document.path("paths")
                .path(path)
                .path(method.toLowerCase(Locale.ROOT))
                .path("responses")
                .path(Integer.toString(reply.status()));
        if (described.has("$ref")) {
            described = document.at(described.path("$ref").asText().substring(1));
        }
        if (described.isMissingNode()) {
            lies.add("status not described: " + told);
            return reply;
        }
        var type = reply.header("Content-Type").split(";", 2)[0];
        var body = reply.http().body();
        if (body.isEmpty() && !described.has("content")) {
            return reply;
        }
        var content = described.path("content");
        var media = content.has(type) ? content.path(type) : content.path("*/*");
        if (media.isMissingNode()) {
            lies.add("content type not described: " + type + ": " + told);
            return reply;
        }
        if (!well && !type.equals(PROBLEM)) {
            lies.add("no problem: " + told);
        }
        if (type.equals(PROBLEM)) {
            problemTypes.add(reply.text("type"));
        }
        if (type.endsWith("json") && media.has("schema")) {
            body.lines().forEach(line -> fits(media.path("schema"), line, told));
        }
        return reply;
    }

    /** Validates JSON against a schema; the document's components are added to the schema so that its references resolve. */
    private void fits(JsonNode described, String json, String told) {
        try {
            var schema = MAPPER.createObjectNode();
            schema.putArray("allOf").add(described);
            schema.set("components", document.path("components"));
            JsonSchemaFactory.getInstance(VersionFlag.V202012)
                    .getSchema(schema)
                    .validate(MAPPER.readTree(json))
                    .forEach(error -> lies.add(error.getMessage() + ": " + told));
        } catch (IOException e) {
            lies.add("not JSON: " + told);
        }
    }
}
