package io.xtokenkeeper.consent;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.sandbox.Endpoint;
import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import io.xtokenkeeper.sandbox.SendIss;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.RefusedPage;
import io.xtokenkeeper.testkit.TestCluster;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attacks on the consent flow, each named after the section that describes it: RFC 9700 (Best Current Practice for OAuth 2.0
 * Security) and RFC 6749.
 */
class ConsentAttacksIT {
    private static final AtomicInteger PEOPLE = new AtomicInteger(5_000);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static Sandbox x;
    private static KeeperProcess keeper;
    private static Api api;

    /** An X user who is not connected yet. */
    private final String user = Integer.toString(PEOPLE.incrementAndGet());

    private final HttpBrowser browser = new HttpBrowser(keeper);

    @BeforeAll
    static void begin() {
        x = CLUSTER.x();
        keeper = CLUSTER.start(
                "KEEPER_CONSENT_OPEN", "true",
                "KEEPER_RETURN_ORIGINS", "https://app.example",
                "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        api = keeper.api();
    }

    @BeforeEach
    void reset() {
        x.reset();
    }

    @Test
    void rfc9700_4_1_redirectUri_theConfiguredOneIsSentWhateverTheRequestSays() {
        var atX = browser.begin("?redirect_uri=https://evil.example/&client_id=evil&response_type=token");

        assertThat(HttpBrowser.query(atX))
                .containsEntry("redirect_uri", keeper.url() + "/oauth/callback")
                .containsEntry("client_id", SandboxOptions.CLIENT_ID)
                .containsEntry("response_type", "code");
    }

    @Test
    void rfc9700_4_2_referrer_noPageOfTheConsentLeaksItsAddressOrLoadsAnythingForeign() {
        var connected = browser.open(HttpBrowser.location(browser.consent(user, "")));
        var refused = browser.open("/oauth/callback?code=secret-code&state=secret-state");

        for (var page : new HttpResponse<?>[] {connected, refused}) {
            assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
            assertThat(page.body().toString())
                    .doesNotContain("secret-code", "secret-state")
                    .doesNotContainPattern("(?i)<(script|img|iframe|link)[^>]+(src|href)=\"(https?:)?//");
        }
    }

    @Test
    void rfc9700_4_3_browserHistory_theConsentEndsOnAnAddressWithoutCodeAndStateAndIsNotStored() {
        var callback = browser.consent(user, "");

        assertThat(HttpBrowser.location(callback).toString()).doesNotContain("code=", "state=");
        assertThat(callback.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void rfc9700_4_4_mixUp_anIssuerThatOnlyLooksLikeXIsForeign() {
        var callback = browser.allow(browser.begin(""), user);

        for (var issuer : new String[] {x.url() + "/", x.url() + ".evil.example", "https://evil.example"}) {
            RefusedPage.assertIs(browser.open(URI.create(callback + "&iss=" + issuer)), 400, "not from X");
        }
        assertThat(x.ledger().calls(Endpoint.CODE)).isZero();
        assertThat(browser.open(callback).statusCode())
                .as("nothing was consumed")
                .isEqualTo(303);
    }

    @Test
    void rfc9700_4_5_codeInjection_aStolenCodeFitsNoOtherAttempt() {
        var stolen = HttpBrowser.query(new HttpBrowser(keeper).allow(new HttpBrowser(keeper).begin(""), user))
                .get("code");
        var state = HttpBrowser.query(browser.begin("")).get("state");

        var injected = browser.open("/oauth/callback?code=" + stolen + "&state=" + state);

        RefusedPage.assertIs(injected, 502, "rejected the authorization code");
        assertThat(api.account(user).status()).isEqualTo(404);
    }

    @Test
    void rfc9700_4_7_1_loginCsrf_aBrowserWithAConsentOfItsOwnRefusesAnotherOnes() {
        var attacker = new HttpBrowser(keeper);
        var forged = attacker.allow(attacker.begin(""), user);
        var own = browser.begin("");

        RefusedPage.assertIs(browser.open(forged), 400, "another browser");
        assertThat(api.account(user).status()).isEqualTo(404);
        assertThat(browser.open(browser.allow(own, user + "00")).statusCode()).isEqualTo(303);
    }

    @Test
    void rfc9700_4_7_backButton_allowingOnceMoreNeedsANewBeginning() {
        var atX = browser.begin("");
        browser.open(browser.allow(atX, user));
        var token = api.token(user).text("access_token");
        var exchanged = x.ledger().calls(Endpoint.CODE);

        assertThat(browser.open(browser.allow(atX, user)).statusCode()).isEqualTo(303);
        assertThat(x.ledger().calls(Endpoint.CODE))
                .as("the second code is not used")
                .isEqualTo(exchanged);

        assertThat(api.token(user).text("access_token")).isEqualTo(token);
        assertThat(browser.consent(user, "").statusCode()).isEqualTo(303);
    }

    @Test
    void rfc9700_4_8_pkceDowngrade_theChallengeIsS256WhateverTheRequestSays() {
        assertThat(HttpBrowser.query(browser.begin("?code_challenge_method=plain&code_challenge=a")))
                .containsEntry("code_challenge_method", "S256")
                .doesNotContainEntry("code_challenge", "a");
    }

    @Test
    void rfc9700_4_11_1_openRedirector_onlyNamedOriginsAreGoneBackTo() {
        assertThat(HttpBrowser.location(browser.consent(user, "?return_to=https://app.example/done?a=b")))
                .hasToString("https://app.example/done?a=b");
        var link = api.consentLink("{\"return_to\":\"https://app.example/\"}");
        assertThat(HttpBrowser.location(browser.open(browser.allow(HttpBrowser.location(browser.open(link)), user))))
                .asString()
                .startsWith("https://app.example/?result=connected&link=");

        for (var elsewhere : new String[] {
            "https://app.example.evil.example/",
            "https://app.example@evil.example/",
            "https://evil.example/?https://app.example/",
            "http://app.example/",
            "https://app.example:8443/"
        }) {
            RefusedPage.assertIs(
                    browser.open("/oauth/authorize?return_to=" + elsewhere), 400, "Invalid return address");
            assertThat(api.post("/api/v1/consent-links", "{\"return_to\":\"" + elsewhere + "\"}")
                            .status())
                    .as(elsewhere)
                    .isEqualTo(400);
        }
    }

    @Test
    void rfc9700_4_12_redirect307_everyRedirectIsA303WhichRepeatsNoBody() {
        assertThat(browser.open("/oauth/authorize").statusCode()).isEqualTo(303);
        assertThat(browser.consent(user, "").statusCode()).isEqualTo(303);
        assertThat(browser.signIn(KeeperProcess.ADMIN_KEY).statusCode()).isEqualTo(303);
    }

    @Test
    void rfc9700_4_13_reverseProxy_forwardedHeadersOfStrangersMoveNothing() {
        for (var header : new String[] {"X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "X-Forwarded-Proto"}) {
            var answer = browser.open("/oauth/authorize", header, "host=evil.example");
            assertThat(HttpBrowser.query(HttpBrowser.location(answer)))
                    .containsEntry("redirect_uri", keeper.url() + "/oauth/callback");
        }
    }

    @Test
    void rfc9700_4_16_clickjacking_noPageMayBeFramed() {
        for (var page : new String[] {"/", "/sign-in", "/oauth/callback", "/problems", "/nowhere"}) {
            assertThat(browser.open(page).headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy).contains("frame-ancestors 'none'"));
        }
    }

    @Test
    void rfc9700_4_2_4_aReplayedCallbackGoesWhereTheFirstWentAndChangesNothing() {
        var callback = browser.allow(browser.begin(""), user);
        var first = browser.open(callback);
        var exchanged = x.ledger().calls(Endpoint.CODE);

        var again = browser.open(callback);
        assertThat(again.statusCode()).isEqualTo(303);
        assertThat(again.headers().firstValue("Location"))
                .isEqualTo(first.headers().firstValue("Location"));
        assertThat(x.ledger().calls(Endpoint.CODE)).isEqualTo(exchanged);
        assertThat(api.account(user).text("status")).isEqualTo("ACTIVE");
    }

    @Test
    void rfc9700_4_7_1_loginCsrf_anotherBrowserIsRefusedAndTheFirstMayStillFinish() {
        var callback = browser.allow(browser.begin(""), user);

        RefusedPage.assertIs(new HttpBrowser(keeper).open(callback), 400, "another browser");
        assertThat(api.account(user).status()).isEqualTo(404);
        assertThat(browser.open(callback).statusCode()).isEqualTo(303);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?code=a", "?code=a&state=unknown", "?state=", "?error=access_denied&state=unknown"})
    void rfc9700_4_7_1_loginCsrf_aStateThatNobodyWaitsForIsRefused(String query) {
        RefusedPage.assertIs(browser.open("/oauth/callback" + query), 400, "Unknown or expired request");
    }

    @Test
    void rfc9700_4_5_codeInjection_aParameterThatComesTwiceConsumesNothing() {
        var callback = browser.allow(browser.begin(""), user);

        RefusedPage.assertIs(browser.open(URI.create(callback + "&code=other")), 400, "Ambiguous");
        assertThat(browser.open(callback).statusCode()).isEqualTo(303);
    }

    @Test
    void rfc9700_4_4_mixUp_aForeignIssuerEndsItBeforeAnythingIsSent() {
        x.update(switches -> switches.withSendIss(SendIss.WRONG));
        var forged = browser.allow(browser.begin(""), user);
        RefusedPage.assertIs(browser.open(forged), 400, "not from X");
        assertThat(x.ledger().calls(Endpoint.CODE)).isZero();

        x.update(switches -> switches.withSendIss(SendIss.RIGHT));
        assertThat(browser.consent(user, "").statusCode()).isEqualTo(303);
    }

    @Test
    void rfc9700_4_7_twoTabsOfOneBrowserDoNotDisturbEachOther() {
        var one = browser.begin("");
        var two = browser.begin("");

        assertThat(browser.open(browser.allow(two, user)).statusCode()).isEqualTo(303);
        assertThat(browser.open(browser.allow(one, user + "00")).statusCode()).isEqualTo(303);
    }

    @Test
    void rfc9700_4_11_1_openRedirector_theWayBackStaysOnOurOrigin() {
        assertThat(HttpBrowser.location(browser.consent(user, "?return_to=/done")))
                .hasPath("/done");
        for (var elsewhere :
                new String[] {"//evil.example", "https://evil.example", "/%5Cevil.example", "%2F%2Fevil"}) {
            RefusedPage.assertIs(
                    browser.open("/oauth/authorize?return_to=" + elsewhere), 400, "Invalid return address");
        }
    }

    @Test
    void rfc9700_4_7_1_theConsentIsBoundByACookieThatScriptsCannotRead() {
        assertThat(browser.open("/oauth/authorize").headers().firstValue("Set-Cookie"))
                .hasValueSatisfying(cookie -> assertThat(cookie)
                        .containsIgnoringCase("HttpOnly")
                        .containsIgnoringCase("SameSite=Lax")
                        .doesNotContain("__Host-"));
    }

    @Test
    void rfc9700_4_7_anotherThanTheInvitedUserChangesNothingAndIsToldSo() {
        var invited = user + "00";
        var link = api.consentLink("{\"expected_user\":\"" + invited + "\"}");

        RefusedPage.assertIs(
                browser.open(browser.allow(HttpBrowser.location(browser.open(link)), user)), 403, "Wrong X account");

        assertThat(api.account(user).status()).isEqualTo(404);
        assertThat(api.account(invited).status()).isEqualTo(404);
        assertThat(x.ledger().liveGrants(user)).as("revoked at X").isZero();
        assertThat(browser.open(browser.allow(HttpBrowser.location(browser.open(link)), invited))
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void rfc6749_10_14_nothingThatIsSentComesBackAsMarkup() {
        var state = HttpBrowser.query(browser.begin("")).get("state");
        var script = "%3Cscript%3Ealert(1)%3C/script%3E";
        var refused =
                browser.open("/oauth/callback?state=" + state + "&error=" + script + "&error_description=" + script);

        assertThat(refused.statusCode()).isEqualTo(502);
        assertThat(refused.body()).doesNotContain("<script>alert");
        assertThat(browser.open("/oauth/authorize?scope=" + script).body()).doesNotContain("<script>alert");
    }
}
