package io.xtokenkeeper.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.Wire;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of every response, and the maximum size of a request. */
class HeadersIT {
    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static KeeperProcess keeper;
    private static Api api;

    private final HttpBrowser browser = new HttpBrowser(keeper);

    @BeforeAll
    static void begin() {
        keeper = CLUSTER.start();
        api = keeper.api();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/sign-in",
                "/oauth/authorize",
                "/oauth/callback",
                "/oauth/connected",
                "/problems",
                "/nowhere",
                "/style/keeper.css",
                "/api/v1/accounts",
                "/q/health",
                "/q/openapi"
            })
    void nothingIsLoadedFramedSniffedOrToldOnByAnyAnswer(String path) {
        var headers = browser.open(path).headers();

        assertThat(headers.firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .startsWith("default-src 'none';")
                        .contains("script-src 'self';", "base-uri 'none'", "frame-ancestors 'none'")
                        .doesNotContain("unsafe"));
        assertThat(headers.allValues("Content-Security-Policy")).hasSize(1);
        assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(headers.firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(headers.allValues("Cross-Origin-Opener-Policy"))
                .containsExactly(path.startsWith("/oauth/") ? "unsafe-none" : "same-origin");
        assertThat(headers.firstValue("Cross-Origin-Resource-Policy")).contains("same-origin");
        assertThat(headers.map()).doesNotContainKeys("server", "x-powered-by", "strict-transport-security");
    }

    /** A page of the app that opened the consent in a popup is notified at its end. */
    @Test
    void pagesOfAConsentKeepTheWindowThatOpenedThem() {
        try (var elsewhere = CLUSTER.start("REDIRECT_URI", "http://127.0.0.1:{port}/keeper/back")) {
            var visitor = new HttpBrowser(elsewhere);
            for (var path :
                    List.of("/keeper/back?state=a&code=b", "/keeper/back?error=a", "/oauth/popup", "/connect/a")) {
                assertThat(visitor.open(path).headers().allValues("Cross-Origin-Opener-Policy"))
                        .as(path)
                        .containsExactly("unsafe-none");
            }
            assertThat(visitor.open("/keeper/back").headers().firstValue("Cross-Origin-Opener-Policy"))
                    .as("not a callback")
                    .contains("same-origin");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/sign-in", "/oauth/authorize", "/oauth/connected", "/api/v1/accounts", "/nowhere"})
    void whatMayHoldATokenIsNotStored(String path) {
        assertThat(browser.open(path).headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(api.get(path).http().headers().allValues("Cache-Control")).containsExactly("no-store");
    }

    @Test
    void pagesHaveNoInlineCode() {
        browser.signIn(KeeperProcess.ADMIN_KEY);
        for (var page : List.of("/", "/sign-in", "/oauth/callback", "/problems", "/nowhere")) {
            assertThat(browser.open(page).body())
                    .doesNotContainPattern("(?i)<script(?![^>]*src=)|<style|\\sstyle=|\\son[a-z]+=|javascript:");
        }
    }

    @Test
    void aStylesheetCostsNoCookie() {
        browser.signIn(KeeperProcess.ADMIN_KEY);
        assertThat(browser.open("/style/keeper.css").headers().map()).doesNotContainKey("set-cookie");
        assertThat(api.get("/api/v1/accounts").http().headers().map()).doesNotContainKey("set-cookie");
    }

    @Test
    void onlySwaggerUiMayRunItsInlineScripts() {
        var page = browser.open("/q/swagger-ui/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("script-src 'self' 'unsafe-inline'"));
    }

    @Test
    void onHttpsBrowsersAreToldToStayThere() {
        try (var secure = CLUSTER.start("REDIRECT_URI", "https://keeper.example/oauth/callback")) {
            for (var path : List.of("/", "/style/keeper.css", "/api/v1/accounts")) {
                assertThat(new HttpBrowser(secure).open(path).headers().firstValue("Strict-Transport-Security"))
                        .contains("max-age=31536000");
            }
        }
    }

    @Test
    void aBodyIsSmallExceptForAnImport() throws Exception {
        var large = " ".repeat(70_000);
        var refused = api.post("/api/v1/keys", large + "{}");
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
        assertThat(refused.text("type")).isEqualTo("/problems/too-large");
        assertThat(api.send("POST", "/api/v1/accounts/import", "application/json", large + "[]")
                        .status())
                .isEqualTo(200);

        try (var wire = new Wire(keeper.url())) {
            var chunked = "POST /api/v1/keys HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + KeeperProcess.ADMIN_KEY
                    + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(large.length()) + "\r\n" + large + "\r\n0\r\n\r\n";
            assertThat(wire.send(chunked))
                    .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(413));
        }
    }

    @Test
    void headersAreSmall() throws Exception {
        try (var wire = new Wire(keeper.url())) {
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: a\r\nX-Large: " + "a".repeat(20_000) + "\r\n\r\n"))
                    .hasValueSatisfying(answer -> {
                        assertThat(answer.status()).isEqualTo(431);
                        assertThat(answer.body()).doesNotContain("Exception");
                    });
        }
    }

    /** Regression test: such a form got no response. */
    @ParameterizedTest
    @CsvSource({"key=%zz, 400", "%zz, 400", "key=%, 400", "a=b, 400"})
    void aFormThatComesAfterItsHeadersIsAnswered(String form, int status) throws Exception {
        try (var wire = new Wire(keeper.url())) {
            var answer = wire.sendInPieces(
                    "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                            + form.length() + "\r\n\r\n",
                    form);
            assertThat(answer.orElseThrow().status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /problems/a", "HEAD /", "DELETE /nowhere", "POST /sign-in"})
    void aFormThatCannotBeDecodedIsRefusedWithAnyMethod(String request) throws Exception {
        for (var type : List.of("application/x-www-form-urlencoded", "application/x-www-form-urlencoded-too")) {
            try (var wire = new Wire(keeper.url())) {
                var answer = wire.sendInPieces(
                        request + " HTTP/1.1\r\nHost: a\r\nContent-Type: " + type + "\r\nContent-Length: 5\r\n\r\n",
                        "a=%zz");
                assertThat(answer.orElseThrow().status()).as(type).isEqualTo(400);
            }
        }
    }

    /** A resource does not see matrix parameters: to it, these paths are the API's. */
    @ParameterizedTest
    @ValueSource(strings = {"/api;x/v1/keys", "/api;/v1/vault", "/;x/api/v1/keys", "/api/v1/keys;x", "/api/v1;x/keys"})
    void aSessionIsNoCredentialForTheApiHoweverItsPathIsWritten(String path) {
        browser.signIn(KeeperProcess.ADMIN_KEY);
        assertThat(browser.open("/").body()).contains("Sign out");

        assertThat(browser.open(path).statusCode()).isEqualTo(404);
        assertThat(browser.post(path, "text/plain", "").statusCode()).isIn(403, 404);
        assertThat(keeper.api().get(path).status()).isEqualTo(404);
    }

    @Test
    void aFormWithoutALengthIsSmallToo() throws Exception {
        var large = "key=" + "a".repeat(70_000);
        try (var wire = new Wire(keeper.url())) {
            var answer = wire.sendInPieces(
                    "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n",
                    Integer.toHexString(large.length()) + "\r\n" + large + "\r\n0\r\n\r\n");
            assertThat(answer.orElseThrow().status()).isEqualTo(413);
        }
    }

    /** Regression test: each of these requests got status 500. */
    @Test
    void whatNobodyCanReadIsTheCallersFault() throws Exception {
        var call = "DELETE /api/v1/keys/a%00b HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + KeeperProcess.ADMIN_KEY;
        var form = "application/x-www-form-urlencoded";
        try (var wire = new Wire(keeper.url())) {
            assertThat(wire.send(call + "\r\n\r\n").orElseThrow().status()).isEqualTo(400);
            assertThat(wire.send(call + "\r\nContent-Type: ;\r\n\r\n")
                            .orElseThrow()
                            .status())
                    .isEqualTo(415);
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n")
                            .orElseThrow()
                            .status())
                    .isEqualTo(415);
        }
        assertThat(browser.post("/sign-in", form, "key=a-key-that-is-secret%&a=%zz")
                        .statusCode())
                .isEqualTo(400);
        assertThat(browser.post("/sign-in", form, "&").statusCode()).isEqualTo(400);
        assertThat(keeper.log()).doesNotContain("a-key-that-is-secret");
        assertThat(browser.post("/sign-in", "*/*", "key=a").statusCode()).isEqualTo(403);
        assertThat(browser.open("/sign-in/").statusCode()).isEqualTo(404);
        assertThat(browser.open("/sign-in;a=b").statusCode()).isEqualTo(404);
        assertThat(browser.open("/q/swagger-ui/").statusCode()).isEqualTo(200);
    }
}
