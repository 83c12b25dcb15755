package io.xtokenkeeper.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Importing grants that another program stored. The scheduler is off, so only requested calls reach X. */
class ImportIT {
    private static final String IMPORT = "/api/v1/accounts/import";
    private static final String NDJSON = "application/x-ndjson";
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static Sandbox x;
    private static KeeperProcess keeper;
    private static Api api;

    @BeforeAll
    static void begin() {
        x = CLUSTER.x();
        keeper = CLUSTER.start(
                "KEEPER_REFRESH_EVERY",
                KeeperProcess.NO_TIMER,
                KeeperProcess.JAVA_OPTIONS,
                "-Xmx256m -XX:TieredStopAtLevel=1");
        api = keeper.api();
    }

    @Test
    void aHundredThousandGrantsAreTakenInASmallHeap() throws Exception {
        var count = 100_000;
        var body = new LinesStream(Stream.iterate(1, i -> i + 1)
                .limit(count)
                .map(i -> "{\"x_user_id\":\"%d\",\"refresh_token\":\"%s-%d\"}\n"
                        .formatted(5_000_000_000L + i, "r".repeat(90), i))
                .iterator());
        var calls = x.ledger().totalCalls();
        var request = HttpRequest.newBuilder(keeper.url().resolve(IMPORT))
                .header("Content-Type", NDJSON)
                .header("Authorization", "Bearer " + KeeperProcess.ADMIN_KEY)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> body))
                .build();

        var imported = new AtomicInteger();
        try (var http = HttpClient.newHttpClient();
                var lines =
                        http.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
            lines.forEach(line -> {
                assertThat(line)
                        .startsWith("{\"line\":" + imported.incrementAndGet() + ",")
                        .contains("\"imported\"");
            });
        }

        assertThat(imported).hasValue(count);
        assertThat(x.ledger().totalCalls()).as("calls at X").isEqualTo(calls);
        assertThat(CLUSTER.database().query("select count(*) from account where id like '5%'"))
                .containsExactly(Integer.toString(count));
    }

    @Test
    void resultsComeWhileTheBodyIsStillBeingSent() throws Exception {
        var lines = Stream.iterate(1, i -> i + 1)
                .limit(500)
                .map(i -> "{\"x_user_id\":\"%d\",\"refresh_token\":\"r%d\"}\n".formatted(6_000_000_000L + i, i))
                .collect(Collectors.joining());
        try (var socket = new Socket("127.0.0.1", keeper.url().getPort())) {
            socket.setSoTimeout(30_000);
            var out = socket.getOutputStream();
            var head =
                    "POST " + IMPORT + " HTTP/1.1\r\nHost: keeper\r\nAuthorization: Bearer " + KeeperProcess.ADMIN_KEY
                            + "\r\nContent-Type: " + NDJSON + "\r\nTransfer-Encoding: chunked\r\n\r\n";
            out.write((head + chunk(lines + "{\"x_user_id\":\"6000000999\",")).getBytes(StandardCharsets.UTF_8));
            out.flush();
            var answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

            assertThat(lineOf(answer, 400)).contains("imported");

            out.write((chunk("\"refresh_token\":\"r\"}") + "0\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            assertThat(lineOf(answer, 501)).contains("imported");
        }
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static String lineOf(BufferedReader answer, int number) {
        return answer.lines()
                .filter(line -> line.startsWith("{\"line\":" + number + ","))
                .findFirst()
                .orElse("none");
    }

    @Test
    void theSameAgainChangesNothing() {
        var grant = x.issueGrant("101");
        assertThat(results(api.importDue(List.of(grant))))
                .extracting(ImportIT::result)
                .containsExactly("imported");
        var rotated = api.refresh("101").text("access_token");
        var before = row("101");

        assertThat(results(api.importDue(List.of(grant))))
                .extracting(ImportIT::result)
                .containsExactly("kept");

        assertThat(row("101")).isEqualTo(before);
        assertThat(api.token("101").text("access_token")).isEqualTo(rotated);
    }

    @Test
    void aTokenThatWasImportedBeforeDoesNotComeBackAfterTheGrantEnded() {
        var grant = x.issueGrant("102");
        api.importDue(List.of(grant));
        api.token("102");
        x.revokeAtX("102");
        assertThat(api.refresh("102").status()).isEqualTo(409);
        var before = row("102");

        assertThat(results(api.importDue(List.of(grant))))
                .extracting(ImportIT::result)
                .containsExactly("kept");
        assertThat(row("102")).isEqualTo(before);

        var again = x.issueGrant("102");
        assertThat(results(api.importDue(List.of(again))))
                .extracting(ImportIT::result)
                .containsExactly("imported");
        assertThat(api.token("102").status()).isEqualTo(200);
    }

    @Test
    void aPairKnownToBeOlderDoesNotReplaceOneThatIsOver() {
        api.importDue(List.of(x.issueGrant("103")));
        api.refresh("103");
        x.revokeAtX("103");
        api.refresh("103");
        var before = row("103");

        var old = send("{\"x_user_id\":\"103\",\"refresh_token\":\"of-yesterday\",\"expires_at\":%d}"
                .formatted(Instant.now().minusSeconds(86_400).getEpochSecond()));

        assertThat(old).extracting(ImportIT::result).containsExactly("kept");
        assertThat(row("103")).isEqualTo(before);
    }

    @Test
    void linesThatCannotBeReadAreNamedAndTheRestIsTaken() {
        var results = send(
                "[{\"x_user_id\":\"104\",\"refresh_token\":\"abc\"},{\"x_user_id\":\"me\"},"
                        + "{\"x_user_id\":\"104\",\"refresh_token\":\"another\"},{\"x_user_id\":\"105\",\"refresh_token\":\"d\"}]");

        assertThat(results)
                .extracting(line -> line.path("line").asInt() + " " + result(line))
                .containsExactlyInAnyOrder("1 imported", "2 invalid", "3 kept", "4 imported");
        assertThat(CLUSTER.database().query("select detail from audit_event where type = 'accounts.imported'"))
                .contains("ended: 2 imported, 1 invalid, 1 kept");
    }

    @Test
    void anEndWrittenInMillisecondsIsNoEndInFiftyThousandYears() {
        send("{\"x_user_id\":\"106\",\"refresh_token\":\"abc\",\"access_token\":\"def\",\"expires_at\":%d}"
                .formatted(Instant.now().plusSeconds(3_600).toEpochMilli()));

        assertThat(api.token("106").json().path("expires_in").asInt()).isBetween(3_500, 3_600);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"%d\"", "\"%d.25\"", "%d.5"})
    void anEndWrittenAsTextOrWithAFractionIsTheSame(String form) {
        var end = form.formatted(Instant.now().plusSeconds(3_600).getEpochSecond());
        var results = send("{\"x_user_id\":\"120\",\"refresh_token\":\"%s\",\"access_token\":\"def\",\"expires_at\":%s}"
                .formatted(fresh("120"), end));

        assertThat(results.getFirst().has("detail")).isFalse();
        assertThat(api.token("120").json().path("expires_in").asInt()).isBetween(3_500, 3_600);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2026-11-27T10:00:00\"", "\"tomorrow\"", "\"99999999999999999999\"", "true", "null"})
    void anEndThatCannotBeUnderstoodCostsTheAccessTokenAlone(String end) {
        var grant = x.issueGrant("121");
        var results = send("{\"x_user_id\":\"121\",\"refresh_token\":\"%s\",\"access_token\":\"def\",\"expires_at\":%s}"
                .formatted(fresh("121", grant.refreshToken()), end));

        assertThat(results.getFirst().path("result").asText()).isEqualTo("imported");
        assertThat(results.getFirst().path("detail").asText()).contains("without its access token", "expires_at");
        assertThat(api.token("121").text("access_token")).isNotEqualTo("def").isNotEmpty();
    }

    /** A grant of an account that does not exist yet. */
    private static String fresh(String id) {
        return fresh(id, "refresh-of-" + id + "-" + System.nanoTime());
    }

    private static String fresh(String id, String refreshToken) {
        api.delete("/api/v1/accounts/" + id);
        return refreshToken;
    }

    private static HttpResponse<String> accepting(String accept, String lines) throws Exception {
        var request = HttpRequest.newBuilder(keeper.url().resolve(IMPORT))
                .header("Authorization", "Bearer " + KeeperProcess.ADMIN_KEY)
                .header("Content-Type", NDJSON)
                .header("Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(lines))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void whoAcceptsJsonAloneIsAnsweredOneObject() throws Exception {
        var taken = "{\"x_user_id\":\"122\",\"refresh_token\":\"%s\"}\n".formatted(fresh("122"));

        var answer = accepting("application/json", taken + taken + "{\"x_user_id\":\"123\"}\n");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        var json = JSON.readTree(answer.body());
        assertThat(json.path("results"))
                .extracting(result -> result.path("line").asInt() + " " + result(result))
                .containsExactlyInAnyOrder("1 imported", "2 kept", "3 invalid");
        assertThat(json.path("counts")).isEqualTo(JSON.readTree("{\"imported\": 1, \"kept\": 1, \"invalid\": 1}"));
        assertThat(JSON.readTree(accepting("application/json", "").body()))
                .isEqualTo(JSON.readTree("{\"results\": [], \"counts\": {}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/*", "application/x-ndjson", "application/json, application/x-ndjson"})
    void whoAcceptsLinesIsAnsweredLines(String accept) throws Exception {
        var taken = "{\"x_user_id\":\"124\",\"refresh_token\":\"%s\"}\n".formatted(fresh("124"));

        var answer = accepting(accept, taken + taken);

        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(NDJSON);
        assertThat(answer.body().lines()).hasSize(2);
    }

    @Test
    void whoHasNoKeyHearsThatFirst() throws Exception {
        for (var key : List.of("", "wrong")) {
            var request = HttpRequest.newBuilder(keeper.url().resolve("/api/v1/accounts/import"))
                    .header("Authorization", "Bearer " + key)
                    .header("Content-Type", "text/plain")
                    .header("Accept", "image/png")
                    .POST(HttpRequest.BodyPublishers.ofString("[]"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void verifyingSpendsEachTokenOnceAndSaysWhatXSaid() {
        var good = x.issueGrant("107");
        var dead = x.issueGrant("108");
        x.revokeAtX("108");
        api.importDue(List.of(x.issueGrant("109")));
        var refreshes = x.ledger().calls(Endpoint.REFRESH);

        var results = send(lines(good, dead, x.issueGrant("109")), "?verify=true");

        assertThat(results).extracting(ImportIT::result).containsExactly("verified", "refused", "kept");
        assertThat(results.get(1).path("detail").asText())
                .startsWith("REJECTED_BY_X: ")
                .contains("invalid");
        assertThat(x.ledger().calls(Endpoint.REFRESH) - refreshes).isEqualTo(2);
        assertThat(x.ledger().doubleSpends()).isZero();
        assertThat(api.token("107").status()).isEqualTo(200);
        assertThat(api.token("108").status()).isEqualTo(409);

        assertThat(send(lines(good, dead), "?verify=true"))
                .extracting(ImportIT::result)
                .containsExactly("kept", "kept");
        assertThat(x.ledger().calls(Endpoint.REFRESH) - refreshes).isEqualTo(2);
    }

    @Test
    void anXThatCannotSayLeavesTheGrantKeptAndUnverified() {
        x.update(switches -> switches.withFault(Endpoint.REFRESH, FaultRule.once(Fault.BROKEN_JSON)));

        var results = send(lines(x.issueGrant("110")), "?verify=true");

        assertThat(results).extracting(ImportIT::result).containsExactly("unverified");
        assertThat(api.account("110").text("status")).isEqualTo("ACTIVE");
    }

    private static String lines(SeededGrant... grants) {
        var lines = new StringBuilder();
        for (var grant : grants) {
            lines.append("{\"x_user_id\":\"%s\",\"refresh_token\":\"%s\",\"access_token\":\"%s\",\"expires_at\":%d}\n"
                    .formatted(
                            grant.userId(),
                            grant.refreshToken(),
                            grant.accessToken(),
                            Instant.now().plusSeconds(9_000).getEpochSecond()));
        }
        return lines.toString();
    }

    private static List<JsonNode> send(String body) {
        return send(body, "");
    }

    private static List<JsonNode> send(String body, String query) {
        return results(api.send("POST", IMPORT + query, NDJSON, body));
    }

    private static List<JsonNode> results(Api.Reply reply) {
        assertThat(reply.status()).isEqualTo(200);
        return reply.http().body().lines().map(ImportIT::parse).toList();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new IllegalStateException(line, e);
        }
    }

    private static String result(JsonNode line) {
        return line.path("result").asText();
    }

    private static List<String> row(String id) {
        return CLUSTER.database().query("select a::text from account a where id = '" + id + "'");
    }

    /** Generates lines as they are read. */
    private static final class LinesStream extends InputStream {
        private final java.util.Iterator<String> lines;
        private byte[] line = {};
        private int at;

        LinesStream(java.util.Iterator<String> lines) {
            this.lines = lines;
        }

        @Override
        public int read() {
            if (at == line.length) {
                if (!lines.hasNext()) {
                    return -1;
                }
                line = lines.next().getBytes(StandardCharsets.UTF_8);
                at = 0;
            }
            return line[at++] & 0xff;
        }
    }
}
