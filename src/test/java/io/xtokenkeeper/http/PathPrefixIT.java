package io.xtokenkeeper.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.Wire;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A path prefix, forwarded by a proxy that does not strip it; {@link NginxIT} tests both kinds. */
class PathPrefixIT {
    private static final String USER = "2244994945";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static KeeperProcess keeper;
    private static String base;

    @BeforeAll
    static void begin() {
        keeper = CLUSTER.start(
                "REDIRECT_URI", "http://127.0.0.1:{port}/keeper/oauth/callback", "KEEPER_CONSENT_OPEN", "true");
        base = keeper.url() + "/keeper";
    }

    @ParameterizedTest
    @CsvSource({
        "'', /keeper/oauth/connected?account=" + USER,
        "?return_to=/operator/keys, /keeper/operator/keys",
        "?return_to=/keeper/operator/keys, /keeper/operator/keys"
    })
    void aConsentEndsBelowThePrefix(String query, String end) {
        var browser = new HttpBrowser(keeper);
        var back = browser.allow(HttpBrowser.location(browser.open("/keeper/oauth/authorize" + query)), USER);
        assertThat(back.toString()).startsWith(base + "/oauth/callback?");
        assertThat(HttpBrowser.location(browser.open(back))).hasToString(keeper.url() + end);
    }

    /** As behind a proxy that strips the prefix. */
    @Test
    void withoutThePrefixRequestsAreTheSame() {
        var browser = new HttpBrowser(keeper);
        var signedIn = browser.signIn(KeeperProcess.ADMIN_KEY);
        assertThat(HttpBrowser.location(signedIn)).hasToString(base + "/");
        assertThat(browser.open("/").body())
                .contains("Sign out", "href=\"/keeper/operator/keys\"")
                .doesNotContain("=\"/operator/");
        assertThat(browser.open("/keeper").body()).contains("Sign out");
        assertThat(browser.open("/keeper?status=active").body()).contains("Sign out");
    }

    @Test
    void thePrefixNeedNotBeTheCallbacks() {
        try (var split = CLUSTER.start(
                "REDIRECT_URI", keeper.url() + "/elsewhere/cb",
                "KEEPER_PUBLIC_URL", keeper.url() + "/keeper/",
                "KEEPER_CONSENT_OPEN", "true")) {
            var browser = new HttpBrowser(split);
            var back = browser.allow(HttpBrowser.location(browser.open("/keeper/oauth/authorize")), USER);
            assertThat(back.toString()).startsWith(keeper.url() + "/elsewhere/cb?");
            var end = browser.open(split.url().resolve(back.getRawPath() + "?" + back.getRawQuery()));
            assertThat(HttpBrowser.location(end)).hasPath("/keeper/oauth/connected");
        }
    }

    @Test
    void metricsCountByRoutesNotByAccounts() {
        var id = "77001122334455";
        keeper.api().get("/keeper/api/v1/accounts/" + id);
        keeper.api().get("/keeper/api/v1/accounts/" + id + "/token");
        keeper.api().get("/keeper/api/v1/accounts/" + id + "/x/2/users/me");
        assertThat(keeper.api().get("/q/metrics").http().body())
                .contains("http_server_requests_seconds_count")
                .doesNotContain(id);
    }

    /** The prefix is removed once, only if it is spelt exactly, and before anything is decided by the path. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/keeper/keeper/api/v1/accounts",
                "/keeper%2fapi/v1/accounts",
                "/keeper%2Fapi/v1/accounts",
                "/keepers/api/v1/accounts",
                "/keepe%72/api/v1/accounts",
                "//keeper/api/v1/accounts",
                "/./keeper/api/v1/accounts",
                "/KEEPER/api/v1/accounts"
            })
    void whatOnlyLooksLikeThePrefixIsNowhere(String path) throws Exception {
        var answer = get(path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/keeper/api/v1/accounts",
                "/api/v1/accounts",
                "/keeper//api/v1/accounts",
                "/keeper/../api/v1/accounts",
                "/keeper/./api/v1/accounts",
                "/keeper/x/../api/v1/accounts",
                "/keeper/%61pi/v1/accounts",
                "/keeper/%61pi%2fv1/accounts",
                "/keeper/api/v1/accounts/1/token",
                "/keeper/api/v1/accounts/1/x/2/users/me"
            })
    void behindThePrefixAKeyIsAskedForAsWithoutIt(String path) throws Exception {
        assertThat(get(path).status()).isEqualTo(401);
    }

    private static Wire.Answer get(String path) throws Exception {
        try (var wire = new Wire(keeper.url())) {
            return wire.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").orElseThrow();
        }
    }
}
