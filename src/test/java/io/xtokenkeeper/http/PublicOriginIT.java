package io.xtokenkeeper.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.Wire;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Browsers that come by another address than the public one. */
class PublicOriginIT {
    private static final String PUBLIC = "https://keeper.example";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static KeeperProcess keeper;
    private static KeeperProcess secure;

    @BeforeAll
    static void begin() {
        keeper = CLUSTER.start("KEEPER_CONSENT_OPEN", "true");
        secure = CLUSTER.start("REDIRECT_URI", PUBLIC + "/oauth/callback", "KEEPER_TRUSTED_PROXIES", "127.0.0.1");
    }

    private static Wire.Answer get(KeeperProcess from, String path, String... headers) throws IOException {
        try (var wire = new Wire(from.url())) {
            return wire.send("GET " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
                    .orElseThrow();
        }
    }

    private static URI by(String name) {
        return URI.create("http://" + name + ":" + keeper.url().getPort());
    }

    /** The first account as in the README: the redirect URI contains 127.0.0.1, the user opens localhost or 127.0.0.1. */
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void theFirstAccountIsConnectedByEitherName(String name) {
        var browser = new HttpBrowser(by(name));
        assertThat(browser.open("/").body()).contains("/oauth/authorize");
        var begun = browser.open("/oauth/authorize?return_to=/%3Fa=b");
        if (name.equals("localhost")) {
            assertThat(begun.statusCode()).isEqualTo(303);
            assertThat(begun.headers().map()).doesNotContainKey("set-cookie");
            assertThat(HttpBrowser.location(begun)).hasToString(keeper.url() + "/oauth/authorize?return_to=/%3Fa=b");
            begun = browser.open(HttpBrowser.location(begun));
        }

        var back = browser.open(browser.allow(HttpBrowser.location(begun), "2244994945"));

        assertThat(back.statusCode()).as(back.body()).isEqualTo(303);
        assertThat(HttpBrowser.location(back)).hasToString(keeper.url() + "/?a=b");
    }

    @Test
    void anOperatorSignsInByEitherName() throws Exception {
        var port = keeper.url().getPort();
        for (var name : List.of("localhost:" + port, "[::1]:" + port)) {
            var moved = get(keeper, "/sign-in", "Host: " + name);
            assertThat(moved.status()).isEqualTo(303);
            assertThat(moved.header("Location")).isEqualTo(keeper.url() + "/sign-in");
            assertThat(moved.header("Set-Cookie")).isEmpty();
        }
        assertThat(new HttpBrowser(keeper).open("/sign-in").body()).doesNotContain("Sign in at");
    }

    /** Another port of the same name shares its cookies: a second replica, or a forwarded port. */
    @Test
    void anotherPortOfTheSameNameIsLeftAlone() throws Exception {
        assertThat(get(keeper, "/sign-in", "Host: 127.0.0.1:1").status()).isEqualTo(200);
        assertThat(get(keeper, "/sign-in", "Host: 127.0.0.1:1").body()).doesNotContain("Sign in at");
    }

    @ParameterizedTest
    @CsvSource({
        "/sign-in, /sign-in?moved=1",
        "/sign-in?a=b, /sign-in?a=b&moved=1",
        "/oauth/authorize?link=x%20y, /oauth/authorize?link=x%20y&moved=1"
    })
    void whoComesByAnotherOriginIsSentToThePublicOneOnce(String path, String there) throws Exception {
        for (var host :
                List.of("Host: 127.0.0.1:" + secure.url().getPort(), "Host: evil.example", "Host: [2001:db8::1]")) {
            var moved = get(secure, path, host);
            assertThat(moved.status()).isEqualTo(303);
            assertThat(moved.header("Location")).isEqualTo(PUBLIC + there);
            assertThat(moved.header("Set-Cookie")).isEmpty();

            assertThat(get(secure, there, host).header("Location"))
                    .as("a proxy that keeps the Host to itself")
                    .doesNotStartWith(PUBLIC);
        }
    }

    @Test
    void whereARedirectWouldLoopThePageNamesTheRightAddress() throws Exception {
        var page = get(secure, "/sign-in?moved=1", "Host: evil.example");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("Sign in at", "href=\"" + PUBLIC + "/sign-in\"");

        var form = "key=" + KeeperProcess.ADMIN_KEY;
        var stale = new HttpBrowser(secure).post("/sign-in", "application/x-www-form-urlencoded", form);
        assertThat(stale.statusCode()).isEqualTo(400);
        assertThat(stale.body()).contains(PUBLIC);
    }

    @Test
    void behindTlsTheSchemeIsTheTrustedProxysWord() throws Exception {
        var host = "Host: keeper.example";
        var plain = get(secure, "/sign-in", host, "X-Forwarded-Proto: http");
        assertThat(plain.header("Location")).isEqualTo(PUBLIC + "/sign-in?moved=1");

        var tls = get(secure, "/sign-in", host, "X-Forwarded-Proto: https");
        assertThat(tls.status()).isEqualTo(200);
        assertThat(tls.body()).doesNotContain("Sign in at");

        var unknown = get(secure, "/sign-in", host);
        assertThat(unknown.status()).isEqualTo(200);
        assertThat(unknown.body()).contains("Sign in at");

        var named = get(secure, "/sign-in", "Host: 10.0.0.1", "X-Forwarded-Host: keeper.example");
        assertThat(named.status()).isEqualTo(200);
    }

    @Test
    void aStrangersWordOnWhereItCameFromCountsForNothing() throws Exception {
        var moved = get(
                keeper,
                "/sign-in",
                "Host: other.example",
                "X-Forwarded-Host: " + keeper.url().getRawAuthority());
        assertThat(moved.header("Location")).isEqualTo(keeper.url() + "/sign-in?moved=1");
    }

    @Test
    void whatNoHeaderMayHoldIsNotGivenOn() throws Exception {
        assertThat(get(secure, "/sign-in?a=\u000b\u00e4", "Host: evil.example").status())
                .isLessThan(500);
    }

    @Test
    void whoNamesNoHostGoesOn() throws Exception {
        try (var wire = new Wire(keeper.url())) {
            assertThat(wire.send("GET /sign-in HTTP/1.0\r\n\r\n").orElseThrow().status())
                    .isEqualTo(200);
        }
    }
}
