package io.xtokenkeeper.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The admin pages in a browser: signing in and out, the account list, and the actions; with two replicas. */
class OperatorIT {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static TestPostgres database;
    private static Sandbox x;
    private static KeeperProcess keeper;
    private static KeeperProcess replica;
    private static Api api;

    private final HttpBrowser browser = new HttpBrowser(keeper);

    @BeforeAll
    static void begin() {
        database = CLUSTER.database();
        x = CLUSTER.x();
        keeper = CLUSTER.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        replica = CLUSTER.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        api = keeper.api();
    }

    private static boolean isDashboard(HttpResponse<String> page) {
        assertThat(page.statusCode()).isEqualTo(200);
        return page.body().contains("Sign out");
    }

    private static String events() {
        return api.get("/api/v1/events?limit=1000").http().body();
    }

    @Test
    void theOperatorsKeyOpensTheAccountsOnEveryReplicaUntilSignedOut() {
        assertThat(isDashboard(browser.open("/"))).isFalse();
        var welcome = browser.signIn(KeeperProcess.ADMIN_KEY);

        assertThat(welcome.statusCode()).isEqualTo(303);
        assertThat(HttpBrowser.location(welcome)).hasPath("/");
        assertThat(welcome.headers().allValues("Set-Cookie"))
                .anySatisfy(cookie -> assertThat(cookie)
                        .startsWith("keeper-session=")
                        .containsIgnoringCase("HttpOnly")
                        .containsIgnoringCase("SameSite=Lax")
                        .containsIgnoringCase("Max-Age=43200"));
        assertThat(isDashboard(browser.open("/"))).isTrue();
        assertThat(isDashboard(browser.open(replica.url().resolve("/")))).isTrue();
        assertThat(events()).contains("operator.signed_in");

        assertThat(browser.submit("/", "/sign-out", Map.of()).statusCode()).isEqualTo(303);
        assertThat(isDashboard(browser.open("/"))).isFalse();
        assertThat(events()).contains("operator.signed_out");
    }

    @Test
    void signingOutEndsTheSessionAndNotOnlyTheCookie() {
        var cookie = HttpBrowser.cookie(browser.signIn(KeeperProcess.ADMIN_KEY), "keeper-session");
        browser.submit("/", "/sign-out", Map.of());

        assertThat(isDashboard(withCookie(cookie))).isFalse();
    }

    @Test
    void wrongKeysAndKeysThatMayNotManageAllAreRefused() {
        assertThat(browser.signIn("wrong").statusCode()).isEqualTo(401);
        assertThat(browser.signIn("  ").statusCode()).isEqualTo(400);
        for (var key : List.of(
                "{\"name\":\"reads\",\"rights\":[\"read\",\"token\"]}",
                "{\"name\":\"narrow\",\"rights\":[\"manage\"],\"accounts\":[\"1\"]}")) {
            var refused = browser.signIn(api.post("/api/v1/keys", key).text("key"));
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.headers().allValues("Set-Cookie"))
                    .noneMatch(cookie -> cookie.startsWith("keeper-session"));
        }
        assertThat(isDashboard(browser.open("/"))).isFalse();
    }

    @Test
    void revokingTheKeyEndsItsSessionsEverywhereWithinASecond() {
        var made = api.post("/api/v1/keys", "{\"name\":\"operator\",\"rights\":[\"manage\"]}");
        browser.signIn(made.text("key"));
        assertThat(isDashboard(browser.open("/"))).isTrue();

        api.delete("/api/v1/keys/" + made.text("id"));

        assertThat(isDashboard(browser.open("/"))).isFalse();
        await("over on the replica too")
                .atMost(A_SECOND)
                .until(() -> !isDashboard(browser.open(replica.url().resolve("/"))));
    }

    @Test
    void aSessionEndsByItselfAfterTwelveHoursOrAnHourWithoutAPage() {
        browser.signIn(KeeperProcess.ADMIN_KEY);
        database.update("update operator_session set seen_at = now() - interval '61 minutes'");
        assertThat(isDashboard(browser.open("/"))).isFalse();

        browser.signIn(KeeperProcess.ADMIN_KEY);
        assertThat(database.query("select extract(epoch from expires_at - created_at)::int from operator_session"))
                .contains("43200");
        database.update("update operator_session set expires_at = now()");
        assertThat(isDashboard(browser.open("/"))).isFalse();
    }

    @Test
    void whatAnOpenPageAsksForByItselfKeepsNoSessionAlive() {
        assertThat(browser.open("/live/now").statusCode()).isEqualTo(401);
        browser.signIn(KeeperProcess.ADMIN_KEY);
        database.update("update operator_session set seen_at = now() - interval '50 minutes'");

        assertThat(browser.open("/live/now").statusCode()).isEqualTo(200);
        assertThat(browser.open("/live/row?account=1").statusCode()).isEqualTo(200);
        assertThat(browser.open("/", "HX-Request", "true").statusCode()).isEqualTo(200);

        assertThat(database.count("operator_session where seen_at > now() - interval '49 minutes'"))
                .isZero();
        database.update("update operator_session set seen_at = now() - interval '61 minutes'");
        assertThat(browser.open("/live/now").statusCode()).isEqualTo(401);
    }

    @Test
    void onlyTheHashOfASessionIsKept() {
        var cookie = HttpBrowser.cookie(browser.signIn(KeeperProcess.ADMIN_KEY), "keeper-session");
        assertThat(database.query("select s::text from operator_session s")).noneMatch(row -> row.contains(cookie));
    }

    @Test
    void aSessionOpensPagesAloneAndAnApiKeyCallsAlone() {
        browser.signIn(KeeperProcess.ADMIN_KEY);

        assertThat(browser.open("/api/v1/accounts").statusCode()).isEqualTo(401);
        assertThat(browser.post("/api/v1/consent-links", "application/json", "{}")
                        .statusCode())
                .isEqualTo(401);
        assertThat(api.get("/").http().body()).doesNotContain("Sign out");
        assertThat(api.send("GET", "/operator/disconnect?account=1", "", "").status())
                .isEqualTo(401);
    }

    @Test
    void theOperatorConnectsThoughConsentIsClosedAndIsStillSignedInAfterwards() {
        assertThat(browser.open("/oauth/authorize").statusCode()).isEqualTo(403);
        browser.signIn(KeeperProcess.ADMIN_KEY);
        assertThat(browser.open("/").body()).contains("href=\"/oauth/authorize?return_to=/\"");

        var back = browser.consent("501", "?return_to=/");

        assertThat(HttpBrowser.location(back)).hasPath("/");
        assertThat(browser.open("/").body())
                .contains(api.account("501").text("username"))
                .contains("Active")
                .contains("Refresh now");
    }

    @Test
    void theButtonsRefreshAndDisconnectAnAccountAndAskFirst() {
        api.importDue(List.of(x.issueGrant("502")));
        var first = api.token("502").text("access_token");
        browser.signIn(KeeperProcess.ADMIN_KEY);
        var account = Map.of("account", "502");

        var refreshed = browser.submit("/", "/operator/refresh", account);

        assertThat(refreshed.statusCode()).isEqualTo(303);
        assertThat(browser.open(HttpBrowser.location(refreshed)).body()).contains("has a new access token");
        assertThat(api.token("502").text("access_token")).isNotEqualTo(first);

        var asked = browser.open("/operator/disconnect?account=502");
        assertThat(asked.body()).contains("Disconnect").contains("Keep it");
        assertThat(api.account("502").status()).as("nothing happened yet").isEqualTo(200);

        var gone = browser.submit("/operator/disconnect?account=502", "/operator/disconnect", account);
        assertThat(browser.open(HttpBrowser.location(gone)).body()).contains("erased here");
        assertThat(api.account("502").status()).isEqualTo(404);
        assertThat(x.ledger().liveGrants("502")).isZero();
        assertThat(events()).contains("\"actor\":\"session:");
    }

    @Test
    void aRefreshThatCannotBeHadIsTold() {
        api.importDue(List.of(x.issueGrant("503")));
        browser.signIn(KeeperProcess.ADMIN_KEY);
        x.revokeAtX("503");

        assertThat(browser.submit("/", "/operator/refresh", Map.of("account", "503"))
                        .statusCode())
                .isEqualTo(409);
        assertThat(browser.submit("/", "/operator/refresh", Map.of("account", "nobody"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(browser.open("/").body()).contains("REJECTED_BY_X");
    }

    @Test
    void whoIsNotSignedInIsShownTheWay() {
        var refused = browser.submit("/sign-in", "/operator/refresh", Map.of("account", "1"));

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("href=\"/sign-in\"");
    }

    @Test
    void pagesOfOperatorsAreForOperatorsAlone() {
        var limited = api.post("/api/v1/keys", "{\"name\":\"reads\",\"rights\":[\"read\",\"token\"]}")
                .text("key");
        for (var page : List.of(
                "/operator/account?account=1",
                "/operator/audit",
                "/operator/audit/export",
                "/operator/charts",
                "/operator/import",
                "/operator/invite",
                "/operator/invite/link?id=" + "0".repeat(64),
                "/operator/keys",
                "/operator/usage",
                "/operator/vault",
                "/operator/webhooks",
                "/live/accounts?account=1",
                "/live/row?account=1",
                "/live/charts",
                "/live/audit",
                "/live/usage")) {
            assertThat(browser.open(page).statusCode()).as(page).isEqualTo(401);
            assertThat(api.with(limited).get(page).status())
                    .as(page + " by a key")
                    .isEqualTo(401);
        }
    }

    @Test
    void noFormOfTheOperatorsIsTakenWithoutItsToken() {
        browser.signIn(KeeperProcess.ADMIN_KEY);
        for (var form : List.of(
                "/operator/disconnect",
                "/operator/import",
                "/operator/import/piece",
                "/operator/invite",
                "/operator/invite/withdraw",
                "/operator/keys",
                "/operator/keys/revoke",
                "/operator/refresh",
                "/operator/vault/rotate",
                "/operator/webhook/delete",
                "/operator/webhook/enable",
                "/operator/webhook/resend",
                "/operator/webhook/secret",
                "/operator/webhook/test",
                "/operator/webhooks")) {
            assertThat(browser.post(form, FORM, "account=1&name=a&right=manage&grants=%7B%7D")
                            .statusCode())
                    .as(form)
                    .isEqualTo(400);
        }
        assertThat(events()).doesNotContain("key.created\",\"actor\":\"session", "vault.rotated");
    }

    @Test
    void aFormWithoutItsTokenOrFromAnotherSiteChangesNothing() {
        browser.signIn(KeeperProcess.ADMIN_KEY);
        var token = HttpBrowser.formToken(browser.open("/"));
        var good = HttpBrowser.encoded(Map.of("csrf-token", token));

        assertThat(browser.post("/sign-out", FORM, "a=b").statusCode()).isEqualTo(400);
        assertThat(browser.post("/sign-out", FORM, "csrf-token=wrong").statusCode())
                .isEqualTo(400);
        assertThat(browser.post("/sign-out", FORM, "").statusCode()).isEqualTo(400);
        assertThat(browser.post("/sign-out", "", "").statusCode()).isEqualTo(403);
        for (var other : List.of(
                "text/plain", "*/*", "application/*", "Application/X-Www-Form-Urlencoded", "multipart/form-data")) {
            assertThat(browser.post("/sign-out", other, "a=b").statusCode())
                    .as(other)
                    .isIn(400, 403, 415);
        }
        assertThat(browser.post("/sign-out", FORM, good, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(new HttpBrowser(keeper)
                        .post("/sign-in", FORM, "key=" + KeeperProcess.ADMIN_KEY)
                        .statusCode())
                .as("login CSRF")
                .isEqualTo(400);
        assertThat(isDashboard(browser.open("/"))).as("still signed in").isTrue();
        assertThat(browser.post("/sign-out", FORM, good, "Sec-Fetch-Site", "same-origin")
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void onHttpsTheSessionBelongsToThisHostAlone() {
        try (var secure = CLUSTER.start("REDIRECT_URI", "https://keeper.example/oauth/callback")) {
            var page = new HttpBrowser(secure).open("/sign-in?moved=1");
            var form = page.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(form).startsWith("keeper-form=").contains("Secure").contains("SameSite=Strict");

            // like a browser behind a TLS proxy: a client that sees http ignores a Secure cookie
            var signedIn = new HttpBrowser(secure)
                    .post(
                            "/sign-in",
                            FORM,
                            HttpBrowser.encoded(
                                    Map.of("csrf-token", HttpBrowser.formToken(page), "key", KeeperProcess.ADMIN_KEY)),
                            "Cookie",
                            form.substring(0, form.indexOf(';')));
            assertThat(signedIn.headers().allValues("Set-Cookie"))
                    .anySatisfy(cookie -> assertThat(cookie)
                            .startsWith("__Host-keeper-session=")
                            .contains("Secure")
                            .containsIgnoringCase("Path=/")
                            .doesNotContainIgnoringCase("Domain"));
        }
    }

    private static HttpResponse<String> withCookie(String cookie) {
        return new HttpBrowser(keeper).open("/", "Cookie", "keeper-session=" + cookie);
    }
}
