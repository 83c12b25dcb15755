package io.xtokenkeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Endpoint;
import io.xtokenkeeper.sandbox.Fault;
import io.xtokenkeeper.sandbox.FaultRule;
import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls to X through the packaged service: what is sent to X, what is returned, and what is rejected. */
class ProxyIT {
    private static final String ME = "2244994945";
    private static final String MOUNT = "/api/v1/accounts/" + ME + "/x/";
    private static final int LARGE = 50 * 1024 * 1024;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static Sandbox x;
    private static KeeperProcess keeper;

    @BeforeAll
    static void begin() {
        x = CLUSTER.x();
        keeper = CLUSTER.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
    }

    /** Connects an account whose access token X issued five minutes ago. */
    @BeforeEach
    void connect() {
        x.reset();
        keeper.api().delete("/api/v1/accounts/" + ME);
        keeper.api().importDue(List.of(x.issueGrant(ME)));
        assertThat(keeper.api().token(ME).status()).isEqualTo(200);
        CLUSTER.database().update("update account set refreshed_at = refreshed_at - interval '5 minutes'");
        Sleep.millis(50);
    }

    private static Api.Reply get(String path) {
        return keeper.api().get(MOUNT + path);
    }

    private static HttpRequest.Builder call(String path) {
        return HttpRequest.newBuilder(keeper.url().resolve(MOUNT + path))
                .header("Authorization", "Bearer " + KeeperProcess.ADMIN_KEY);
    }

    private static String send(HttpRequest.Builder call) throws Exception {
        return CLIENT.send(call.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private static long rotations() {
        return x.ledger().refreshes(ME) - 1;
    }

    private static long callsAtX() {
        return x.ledger().calls(Endpoint.API);
    }

    @Test
    void methodQueryBodyAndHeadersGoOnAsTheyAre() throws Exception {
        var told = send(call("2/echo/a_b?tweet.fields=a,b&q=%C3%A9%2F+x&empty=")
                .header("Content-Type", "text/x-test")
                .header("Accept", "application/json")
                .header("X-Client-Transaction-Id", "7")
                .method("PATCH", HttpRequest.BodyPublishers.ofString("a body")));
        assertThat(told)
                .contains("\"method\":\"PATCH\"")
                .contains("\"path\":\"/2/echo/a_b\"")
                .contains("\"query\":\"tweet.fields=a,b&q=%C3%A9%2F+x&empty=\"")
                .contains("\"text\":\"a body\"")
                .contains("\"content-type\":[\"text/x-test\"]")
                .contains("\"accept\":[\"application/json\"]")
                .contains("\"x-client-transaction-id\":[\"7\"]")
                .contains("\"user_id\":\"" + ME + "\"");
    }

    @Test
    void whatIsForTheNextHopOrForUsStaysHere() throws Exception {
        var told = raw("GET " + MOUNT + "2/echo HTTP/1.1\r\nHost: keeper.example\r\n"
                + "Authorization: Bearer " + KeeperProcess.ADMIN_KEY + "\r\n"
                + "Connection: close\r\nConnection: Upgrade , X-Secret-Hop\r\nX-Secret-Hop: 1\r\nKeep-Alive: timeout=1\r\nTE: trailers\r\n"
                + "Proxy-Authorization: Basic YTpi\r\nCookie: session=ours\r\nForwarded: for=10.0.0.1\r\n"
                + "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Host: inside.example\r\nX-Real-IP: 10.0.0.1\r\n"
                + "Via: 1.1 inside\r\nKeeper-Trick: 1\r\n"
                + "X-HTTP-Method-Override: DELETE\r\nX-HTTP-Method: DELETE\r\nX-Method-Override: DELETE\r\n"
                + "X-Original-URL: /2/other\r\nX-Rewrite-URL: /2/other\r\n\r\n");
        assertThat(told)
                .startsWith("HTTP/1.1 200")
                .contains("\"host\":[\"" + x.url().getAuthority() + "\"]")
                .contains("\"authorization\":[\"Bearer ***\"]")
                .doesNotContain(KeeperProcess.ADMIN_KEY, "keeper.example", "10.0.0.1", "inside", "session=ours")
                .doesNotContainIgnoringCase("x-secret-hop", "proxy-authorization", "\"te\"", "keeper-trick", "cookie")
                .doesNotContainIgnoringCase("override", "x-http-method", "-url", "/2/other");
    }

    @Test
    void xAnswersComeBackAsXGaveThemAndSayThatTheyAreX() {
        var answer = get("2/echo");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Keeper-Answered-By")).isEqualTo("x");
        assertThat(answer.header("x-rate-limit-limit")).isEqualTo("900");
        assertThat(answer.header("x-rate-limit-remaining")).isNotEmpty();
        assertThat(answer.header("x-rate-limit-reset")).isNotEmpty();
        assertThat(answer.http().headers().map())
                .doesNotContainKeys("set-cookie", "strict-transport-security", "keep-alive");
        assertThat(get("2/no/such").status()).isEqualTo(404);
        assertThat(get("2/no/such").header("Keeper-Answered-By")).isEqualTo("x");
    }

    @Test
    void theTokenIsNeverSeenByTheCaller() {
        var token = keeper.api().token(ME).text("access_token");
        for (var path : List.of("2/echo", "2/tweets/search/recent?query=a", "2/no/such", "2/oauth2/token")) {
            var answer = get(path);
            assertThat(answer.http().body() + answer.http().headers()).doesNotContain(token);
        }
        assertThat(keeper.log()).doesNotContain(token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2/../1.1/statuses",
                "2/..",
                "2/./users/me",
                "2/users/me/../../oauth2/token",
                "2/../../token",
                "2/../../../../../q/metrics",
                "2//users/me",
                "//evil.example/2/users/me",
                "/2/users/me",
                "2/",
                "2",
                "",
                "1.1/statuses",
                "2@evil.example/users/me",
                "@evil.example/2/users/me",
                "2/users@evil.example",
                "2/%2e%2e/1.1/statuses",
                "2/%2E%2E%2F1.1",
                "2/users%2fme",
                "2/%252e%252e/1.1",
                "2/..%5c1.1",
                "2/users\\me",
                "2/..;/1.1",
                "2/users;a=b/me",
                "2/users/%0d%0aX-Injected:1",
                "2/users/m%C3%A9",
                "2/users/me#fragment",
                "2/users/me?a=b#c",
                "2/oauth2/token",
                "2/oauth2/revoke",
                "2/OAuth2/token",
                "2/oauth2",
                "2/%6fauth2/token",
                "https://evil.example/2/users/me",
                "2:80/users/me",
                "2/users/.me"
            })
    void whatCouldBeReadInTwoWaysIsRefused(String path) throws Exception {
        var before = x.ledger().calls(Endpoint.TOKEN) + x.ledger().calls(Endpoint.ME) + callsAtX();
        var said = raw(request(MOUNT + path));
        assertThat(said).as(path).containsPattern("^HTTP/1.1 (400|404) ");
        assertThat(said).doesNotContain("Keeper-Answered-By");
        assertThat(x.ledger().calls(Endpoint.TOKEN) + x.ledger().calls(Endpoint.ME) + callsAtX())
                .isEqualTo(before);
    }

    @Test
    void theHostOfAnAddressDecidesNothing() throws Exception {
        assertThat(raw(request("http://evil.example" + MOUNT + "2/echo"))).startsWith("HTTP/1.1 400 ");
        assertThat(raw(request("/api/v1/accounts/%32244994945/x/2/echo"))).startsWith("HTTP/1.1 404 ");
        assertThat(raw(request("/api/v1/accounts/" + ME + "/%78/2/echo"))).startsWith("HTTP/1.1 400 ");
        assertThat(raw(request("/api/v1/accounts/" + ME + "/y/../x/2/echo"))).startsWith("HTTP/1.1 400 ");
        assertThat(callsAtX()).isZero();
    }

    /** A key for all calls to X but what {@code limits} excludes, with its rights as they are answered. */
    private static Api limitedKey(String rights, String limits, String... answered) {
        var made = keeper.api()
                .post("/api/v1/keys", "{\"name\":\"limited\",\"rights\":[\"" + rights + "\"]," + limits + "}");
        assertThat(made.status()).as(made.http().body()).isEqualTo(201);
        assertThat(made.json().path("rights"))
                .extracting(right -> right.asText())
                .containsExactly(answered);
        return keeper.api().with(made.text("key"));
    }

    private static void assertRefused(Api.Reply refused, String detail) {
        assertThat(refused.status()).as(detail).isEqualTo(403);
        assertThat(refused.text("type")).isEqualTo("/problems/forbidden");
        assertThat(refused.text("detail")).isEqualTo(detail);
        assertThat(refused.header("Keeper-Answered-By")).isEmpty();
    }

    @Test
    void aLimitedKeyCallsOnlyWhatItIsLimitedTo() throws Exception {
        var limited = limitedKey("token", "\"methods\":[\"GET\"],\"paths\":[\"2/echo/*\",\"2/tweets\"]", "proxy");
        var tokens = x.ledger().calls(Endpoint.TOKEN);

        for (var denied : List.of(
                "POST 2/tweets",
                "HEAD 2/echo/a",
                "DELETE 2/echo/a",
                "GET 2/echo",
                "GET 2/echo/a/b",
                "GET 2/Echo/a",
                "GET 2/users/me")) {
            var call = denied.split(" ");
            var refused = limited.send(call[0], MOUNT + call[1], "", "");
            if (call[0].equals("HEAD")) {
                assertThat(refused.status()).isEqualTo(403);
            } else {
                assertRefused(refused, "The API key may not call " + denied);
            }
        }
        for (var trick :
                List.of("2/echo/../tweets", "2/echo/%61", "2/echo/a%2fb", "2/echo/a/", "2/echo//a", "2/echo/.")) {
            assertThat(raw(request(MOUNT + trick).replace(KeeperProcess.ADMIN_KEY, limited.key())))
                    .as(trick)
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThat(limited.token(ME).status()).isEqualTo(403);
        assertThat(limited.refresh(ME).status()).isEqualTo(403);
        assertThat(callsAtX()).isZero();
        assertThat(x.ledger().calls(Endpoint.TOKEN)).isEqualTo(tokens);

        assertThat(limited.get(MOUNT + "2/echo/a?b=/2/c").text("path")).isEqualTo("/2/echo/a");
        assertThat(callsAtX()).isEqualTo(1);
        var denials = "select detail from audit_event where type = 'key.refused' and account_id = '" + ME + "'";
        await("the first denial is recorded")
                .atMost(Duration.ofSeconds(5))
                .until(() -> CLUSTER.database().query(denials).contains("it may not call POST 2/tweets"));
    }

    @Test
    void aLimitedKeyTakesTokensOnlyIfItSaysSo() {
        var silent = limitedKey("token", "\"paths\":[\"2/**\"]", "proxy");
        assertThat(silent.token(ME).status()).isEqualTo(403);
        assertThat(silent.get(MOUNT + "2/echo").status()).isEqualTo(200);

        var says = limitedKey("token", "\"paths\":[\"2/users/me\"],\"tokens\":true", "token");
        assertThat(says.token(ME).status()).isEqualTo(200);
        assertRefused(says.get(MOUNT + "2/echo"), "The API key may not call GET 2/echo");

        var proxy = limitedKey("proxy", "\"accounts\":[\"" + ME + "\"]", "proxy");
        assertThat(proxy.token(ME).status()).isEqualTo(403);
        assertThat(proxy.refresh(ME).status()).isEqualTo(403);
        assertThat(proxy.account(ME).status()).isEqualTo(403);
        assertThat(proxy.get(MOUNT + "2/echo").status()).isEqualTo(200);
        assertThat(proxy.get(MOUNT.replace(ME, "1") + "2/echo").status()).isEqualTo(403);
    }

    @Test
    void onlyPlainMethodsPass() throws Exception {
        assertThat(raw(request(MOUNT + "2/echo").replaceFirst("GET", "TRACE"))).startsWith("HTTP/1.1 405 ");
        assertThat(raw(request(MOUNT + "2/echo").replaceFirst("GET", "PROPFIND")))
                .startsWith("HTTP/1.1 405 ");
        assertThat(raw(request(MOUNT + "2/echo").replaceFirst("GET", "HEAD"))).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void theRightAndTheAccountsOfAKeyAreKept() {
        assertThat(keeper.api().with("").get(MOUNT + "2/echo").status()).isEqualTo(401);
        var wrong = keeper.api().with("wrong").get(MOUNT + "2/echo");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.text("type")).isEqualTo("/problems/unauthorized");
        assertThat(with("[\"read\",\"manage\"]", "").status()).isEqualTo(403);
        assertThat(with("[\"token\"]", ",\"accounts\":[\"12\"]").status()).isEqualTo(403);
        assertThat(with("[\"token\"]", ",\"accounts\":[\"" + ME + "\"]").status())
                .isEqualTo(200);
        assertThat(callsAtX()).isEqualTo(1);
        assertThat(keeper.api().get("/api/v1/accounts/99/x/2/echo").text("type"))
                .isEqualTo("/problems/unknown-account");
    }

    private static Api.Reply with(String rights, String more) {
        var made = keeper.api().post("/api/v1/keys", "{\"name\":\"a\",\"rights\":" + rights + more + "}");
        return keeper.api().with(made.text("key")).get(MOUNT + "2/echo");
    }

    @Test
    void a401HasTheTokenRefreshedOnceAndTheCallRepeated() throws Exception {
        x.update(switches -> switches.withFault(Endpoint.API, FaultRule.once(Fault.WRONG_SECRET)));
        var answer = send(call("2/echo").POST(HttpRequest.BodyPublishers.ofString("twice")));
        assertThat(answer).contains("\"text\":\"twice\"");
        assertThat(rotations()).isEqualTo(1);
        assertThat(callsAtX()).isEqualTo(2);
    }

    @Test
    void aCallWhoseBodyWasNotKeptIsNotRepeatedButTheNextHasTheNewToken() throws Exception {
        x.update(switches -> switches.withFault(Endpoint.API, FaultRule.once(Fault.WRONG_SECRET)));
        var large = HttpRequest.BodyPublishers.ofByteArray(new byte[100_000]);
        var answer = CLIENT.send(call("2/echo").POST(large).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("Keeper-Answered-By")).contains("x");
        assertThat(rotations()).isEqualTo(1);
        assertThat(get("2/echo").status()).isEqualTo(200);
    }

    @Test
    void a401ThatStaysSpendsOneRotationAndNotOneForEachCall() {
        x.update(switches -> switches.withFault(Endpoint.API, FaultRule.always(Fault.WRONG_SECRET)));
        for (var i = 0; i < 5; i++) {
            assertThat(get("2/echo").status()).isEqualTo(401);
        }
        assertThat(rotations()).isEqualTo(1);
    }

    @Test
    void a403NeverSpendsARotation() {
        x.update(switches -> switches.withFault(Endpoint.API, FaultRule.always(Fault.NOT_ENROLLED_403)));
        var answer = get("2/echo");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text("reason")).isEqualTo("client-not-enrolled");
        assertThat(rotations()).isZero();
        assertThat(callsAtX()).isEqualTo(1);
    }

    @Test
    void a429IsAnsweredHereUntilXTakesCallsAgain() {
        x.update(switches -> switches.withRateLimitReset(Duration.ofSeconds(3))
                .withFault(Endpoint.API, FaultRule.once(Fault.RATE_LIMITED_429)));
        var first = get("2/echo/1/likes");
        assertThat(first.status()).isEqualTo(429);
        assertThat(first.header("Keeper-Answered-By")).isEqualTo("x");

        var second = get("2/echo/2/likes");
        assertThat(second.status()).isEqualTo(429);
        assertThat(second.text("type")).isEqualTo("/problems/x-rate-limited");
        assertThat(second.header("Keeper-Answered-By")).isEmpty();
        assertThat(Integer.parseInt(second.header("Retry-After"))).isBetween(1, 3);
        assertThat(callsAtX()).isEqualTo(1);

        assertThat(get("2/echo/1/bookmarks").status()).as("another endpoint").isEqualTo(200);
        await("the reset")
                .atMost(Duration.ofSeconds(10))
                .until(() -> get("2/echo/2/likes").status() == 200);
    }

    @Test
    void fiftyMegabytesGoThroughEachWayInASmallHeap() throws Exception {
        var up = CLIENT.send(
                call("2/media/upload")
                        .header("Content-Type", "application/octet-stream")
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new Zeros(LARGE)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(up.statusCode()).isEqualTo(200);
        assertThat(up.body()).contains("\"size\":" + LARGE);

        var sized = CLIENT.send(
                call("2/media/upload")
                        .expectContinue(true)
                        .POST(HttpRequest.BodyPublishers.fromPublisher(
                                HttpRequest.BodyPublishers.ofInputStream(() -> new Zeros(LARGE)), LARGE))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(sized.body()).contains("\"size\":" + LARGE);

        var down = CLIENT.send(call("2/bulk?size=" + LARGE).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (var body = down.body()) {
            assertThat(count(body)).isEqualTo(LARGE);
        }
        assertThat(keeper.log()).doesNotContain("OutOfMemory");
    }

    @Test
    void whereXIsAwayTheCallerIsTold() {
        x.update(switches -> switches.withFault(Endpoint.API, FaultRule.always(Fault.DROP_BEFORE)));
        var answer = get("2/echo");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.text("type")).isEqualTo("/problems/x-failed");
        assertThat(rotations()).isZero();
        assertThat(keeper.api().get("/q/metrics").http().body())
                .contains("keeper_proxy_requests_total{answered_by=\"keeper\",status=\"5xx\"}");
    }

    @Test
    void whoGoesAwayEndsTheCallAtXAndWhoWaitsIsToldByTheDeadline() throws Exception {
        try (var silent = new ServerSocket(0)) {
            var settings = CLUSTER.settings();
            settings.put("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
            settings.put("KEEPER_REFRESH_TIMEOUT", "2s");
            settings.put("KEEPER_X_API_URL", "http://127.0.0.1:" + silent.getLocalPort());
            try (var other = CLUSTER.start(settings);
                    var caller = new Socket("127.0.0.1", other.url().getPort())) {
                caller.getOutputStream().write(request(MOUNT + "2/echo").getBytes(StandardCharsets.ISO_8859_1));
                try (var atX = silent.accept()) {
                    assertThat(atX.getInputStream().read()).isEqualTo('G');
                    caller.close();
                    var gone = Instant.now();
                    atX.setSoTimeout(1_500);
                    while (atX.getInputStream().read() >= 0) {}
                    assertThat(Duration.between(gone, Instant.now())).isLessThan(Duration.ofMillis(1_400));
                }
                var late = other.api().get(MOUNT + "2/echo");
                assertThat(late.status()).isEqualTo(502);
            }
        }
    }

    private static String request(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: keeper\r\nConnection: close\r\nAuthorization: Bearer "
                + KeeperProcess.ADMIN_KEY + "\r\n\r\n";
    }

    /** Sends the request exactly as written: an HTTP client would normalize it. */
    private static String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", keeper.url().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static long count(InputStream body) throws IOException {
        var piece = new byte[65_536];
        var size = 0L;
        for (var read = body.read(piece); read >= 0; read = body.read(piece)) {
            size += read;
        }
        return size;
    }

    /** A long stream that needs no memory. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long size) {
            left = size;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            if (left <= 0) {
                return -1;
            }
            var some = (int) Math.min(left, length);
            left -= some;
            return some;
        }
    }
}
