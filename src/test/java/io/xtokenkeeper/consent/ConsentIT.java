package io.xtokenkeeper.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.RefusedPage;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.Wire;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The consent flow as a browser performs it: the packaged service, a real database and a strict X simulator. */
class ConsentIT {
    private static final AtomicInteger PEOPLE = new AtomicInteger(1_000);

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
                "KEEPER_REFRESH_TIMEOUT", "1s",
                "KEEPER_REFRESH_LEASE", "11s",
                "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        api = keeper.api();
    }

    @BeforeEach
    void reset() {
        x.reset();
    }

    @Test
    void aConsentEndsOnACleanPageThatNamesTheAccount() {
        var callback = browser.consent(user, "");

        assertThat(callback.statusCode()).isEqualTo(303);
        var page = HttpBrowser.location(callback);
        assertThat(page.toString()).doesNotContain("code", "state");
        assertThat(browser.open(page).body()).contains(api.account(user).text("username"));
        assertThat(api.account(user).text("status")).isEqualTo("ACTIVE");
        assertThat(x.ledger().isLive(api.token(user).text("access_token"))).isTrue();
        assertThat(new HttpBrowser(keeper).open(page).statusCode()).isEqualTo(404);
    }

    @Test
    void xIsAskedAsItsDocumentationSays() {
        var asked = HttpBrowser.query(browser.begin(""));

        assertThat(asked)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", SandboxOptions.CLIENT_ID)
                .containsEntry("redirect_uri", keeper.url() + "/oauth/callback")
                .containsEntry("code_challenge_method", "S256");
        assertThat(asked.get("scope").split("[ +]"))
                .containsExactlyInAnyOrder("tweet.read", "users.read", "offline.access");
        assertThat(asked.get("code_challenge")).matches("[A-Za-z0-9_-]{43}");
        assertThat(asked.get("state")).matches("[A-Za-z0-9_-]{43,500}");
        assertThat(HttpBrowser.query(browser.begin("")))
                .doesNotContainEntry("state", asked.get("state"))
                .doesNotContainEntry("code_challenge", asked.get("code_challenge"));
    }

    @Test
    void twoPeopleAtTheSameTimeGetTheirOwnAccounts() {
        var other = new HttpBrowser(keeper);
        var otherUser = user + "00";
        var atX = browser.begin("");
        var otherAtX = other.begin("");

        var back = browser.allow(atX, user);
        var otherBack = other.allow(otherAtX, otherUser);

        assertThat(HttpBrowser.location(other.open(otherBack)).toString()).endsWith("account=" + otherUser);
        assertThat(HttpBrowser.location(browser.open(back)).toString()).endsWith("account=" + user);
        assertThat(api.token(user).text("access_token"))
                .isNotEqualTo(api.token(otherUser).text("access_token"));
    }

    @Test
    void callbacksOfADoubleClickEndAtTheSamePage() {
        var callback = browser.allow(browser.begin("?return_to=/after"), user);
        x.update(switches -> switches.withLatency(Duration.ofMillis(800)));
        var answers = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> browser.open(callback)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(303);
            assertThat(HttpBrowser.location(answer).getPath()).isEqualTo("/after");
        });
        assertThat(x.ledger().calls(Endpoint.CODE)).as("the code is spent once").isEqualTo(1);
        assertThat(api.account(user).text("status")).isEqualTo("ACTIVE");
    }

    @Test
    void aCallbackThatFailedIsNotWaitedForWhenItComesAgain() {
        x.update(switches -> switches.withFault(Endpoint.CODE, FaultRule.once(Fault.DROP_AFTER)));
        var callback = browser.allow(browser.begin(""), user);
        assertThat(browser.open(callback).statusCode()).isEqualTo(502);

        var begun = Instant.now();
        RefusedPage.assertIs(browser.open(callback), 502, "X did not answer");
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aStateThatIsTooOldIsRefused() {
        var callback = browser.allow(browser.begin(""), user);
        CLUSTER.database().update("update consent_attempt set expires_at = now() - interval '1 second'");

        RefusedPage.assertIs(browser.open(callback), 400, "Consent expired");
        assertThat(api.account(user).status()).isEqualTo(404);
    }

    @Test
    void aStateWithoutACodeIsRefused() {
        var state = HttpBrowser.query(browser.begin("")).get("state");
        RefusedPage.assertIs(browser.open("/oauth/callback?state=" + state), 400, "Empty response");
    }

    @Test
    void aDenialIsAPageOfItsOwnAndKeepsWhatWasThere() {
        browser.consent(user, "");

        RefusedPage.assertIs(browser.open(browser.cancel(browser.begin(""))), 403, "Access declined");
        assertThat(api.account(user).text("status")).isEqualTo("ACTIVE");
        assertThat(events()).contains("consent.refused");
    }

    static Stream<Arguments> troublesOfTheExchange() {
        return Stream.of(
                arguments(Fault.RATE_LIMITED_429, 503, "busy"),
                arguments(Fault.ERROR_500, 503, "busy"),
                arguments(Fault.UNAVAILABLE_503, 503, "busy"),
                arguments(Fault.HANG, 502, "did not answer"),
                arguments(Fault.HANG_AFTER, 502, "did not answer"),
                arguments(Fault.DROP_BEFORE, 502, "did not answer"),
                arguments(Fault.DROP_AFTER, 502, "did not answer"),
                arguments(Fault.HTML, 502, "did not answer"),
                arguments(Fault.HTML_502, 502, "did not answer"),
                arguments(Fault.BROKEN_JSON, 502, "did not answer"),
                arguments(Fault.EMPTY, 502, "did not answer"),
                arguments(Fault.NO_REFRESH_TOKEN, 502, "offline.access"),
                arguments(Fault.WRONG_SECRET, 502, "CLIENT_SECRET"),
                arguments(Fault.UNKNOWN_CLIENT, 502, "CLIENT_ID"),
                arguments(Fault.MISSING_PARAMETER, 502, "REDIRECT_URI"));
    }

    @ParameterizedTest
    @MethodSource("troublesOfTheExchange")
    void whatXSaysToACodeIsToldAndTheNextTryWorks(Fault fault, int status, String told) {
        x.update(switches -> switches.withFault(Endpoint.CODE, FaultRule.once(fault)));

        RefusedPage.assertIs(browser.consent(user, ""), status, told);
        assertThat(x.ledger().calls(Endpoint.CODE)).as("no retry").isEqualTo(1);
        assertThat(api.account(user).status()).isEqualTo(404);
        assertThat(browser.consent(user, "").statusCode()).isEqualTo(303);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"NOT_ENROLLED_403", "RATE_LIMITED_429", "ERROR_500", "HANG", "DROP_AFTER", "HTML", "BROKEN_JSON"})
    void aGrantIsKeptThoughXDoesNotSayWhoseItIs(Fault fault) {
        x.update(switches -> switches.withFault(Endpoint.ME, FaultRule.once(fault)));

        var callback = browser.consent(user, "");

        assertThat(callback.statusCode()).isEqualTo(303);
        var page = HttpBrowser.location(callback);
        var id = page.getQuery().replace("account=", "");
        assertThat(id).startsWith("pending-");
        assertThat(browser.open(page).body()).contains("profile unavailable");
        assertThat(x.ledger().isLive(api.token(id).text("access_token"))).isTrue();
        assertThat(x.ledger().calls(Endpoint.ME)).as("asked once").isEqualTo(1);
    }

    @Test
    void aSecondConsentReplacesThePairAndKeepsTheAccount() {
        browser.consent(user, "");
        var first = api.token(user).text("access_token");
        browser.consent(user, "");

        assertThat(api.token(user).text("access_token"))
                .isNotEqualTo(first)
                .satisfies(token -> assertThat(x.ledger().isLive(token)).isTrue());
        assertThat(CLUSTER.database().query("select count(*) from account where id = '" + user + "'"))
                .containsExactly("1");
    }

    @Test
    void theLinkInAProblemHealsTheAccount() {
        browser.consent(user, "");
        x.revokeAtX(user);
        var problem = api.refresh(user);
        assertThat(problem.status()).isEqualTo(409);
        assertThat(problem.text("reason")).isEqualTo("REJECTED_BY_X");
        assertThat(api.account(user).text("status")).isEqualTo("NEEDS_CONSENT");
        assertThat(events()).contains("account.needs_consent");

        var link = URI.create(problem.text("consent_link"));
        assertThat(browser.open(browser.allow(HttpBrowser.location(browser.open(link)), user))
                        .statusCode())
                .isEqualTo(303);

        assertThat(api.account(user).text("status")).isEqualTo("ACTIVE");
        assertThat(api.token(user).status()).isEqualTo(200);
        assertThat(events()).contains("account.connected");
    }

    @Test
    void aLinkWorksOnce() {
        var link = api.consentLink("{}");
        var early = HttpBrowser.location(browser.open(link));
        browser.open(browser.allow(HttpBrowser.location(browser.open(link)), user));

        RefusedPage.assertIs(browser.open(link), 410, "already been used");
        RefusedPage.assertIs(browser.open(browser.allow(early, user + "00")), 410, "already been used");
        assertThat(api.account(user + "00").status()).isEqualTo(404);
    }

    @Test
    void linksThatAreTooOldOrUnknownAreRefused() {
        var link = api.consentLink("{\"expires_in\":60}");
        CLUSTER.database().update("update consent_link set expires_at = now() - interval '1 second'");

        RefusedPage.assertIs(browser.open(link), 410, "expired");
        RefusedPage.assertIs(browser.open("/oauth/authorize?link=nonsense"), 404, "Unknown link");
    }

    @Test
    void thePageOfALinkTellsWhatIsAskedByWhomAndWhyAndUsesNothingUp() {
        var made = api.post(
                "/api/v1/consent-links?qr=svg",
                "{\"expected_user\":\"%s\",\"scope\":\"dm.read\",\"purpose\":\"To <b>answer</b> your mail\"}"
                        .formatted(user));
        var page = URI.create(made.text("page_url"));
        assertThat(made.text("qr")).startsWith("<svg ").doesNotContain("script");

        // once by a messenger for a preview, once by the user
        browser.open(page);
        var shown = browser.open(page);
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(shown.body())
                .contains("x-token-keeper asks", "read your direct messages", "keep this access", "user " + user)
                .contains("To &lt;b&gt;answer&lt;/b&gt; your mail", "No, thanks")
                .doesNotContain("<script");
        var link = shown.body().replaceAll("(?s).*href=\"(/oauth/authorize\\?link=[^\"]+)\".*", "$1");
        assertThat(made.text("url")).endsWith(link);

        assertThat(browser.open(browser.allow(HttpBrowser.location(browser.open(link)), user))
                        .statusCode())
                .isEqualTo(303);
        RefusedPage.assertIs(browser.open(page), 410, "already been used");
        RefusedPage.assertIs(browser.open("/connect/nonsense"), 404, "Unknown link");
        assertThat(browser.open("/connect/no-thanks").body()).contains("Nothing was connected");
    }

    @Test
    void aQrCodeForATerminalIsSquareAndAnUnknownFormIsRefused() {
        var lines = api.post("/api/v1/consent-links", "{\"qr\":\"txt\"}")
                .text("qr")
                .lines()
                .toList();

        assertThat(lines)
                .hasSizeGreaterThan(15)
                .allMatch(line -> line.length() == lines.getFirst().length());
        assertThat(lines.getFirst().length()).isBetween(2 * lines.size() - 1, 2 * lines.size());
        assertThat(api.post("/api/v1/consent-links?qr=png", "{}").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/elsewhere/cb", "/oauth/callback/", "/", ""})
    void theCallbackIsServedWhereTheRedirectUriSays(String path) {
        try (var elsewhere =
                CLUSTER.start("KEEPER_CONSENT_OPEN", "true", "REDIRECT_URI", "http://127.0.0.1:{port}" + path)) {
            var visitor = new HttpBrowser(elsewhere);

            var page = visitor.open(HttpBrowser.location(visitor.consent(user, "")));

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.uri().getPath()).isEqualTo("/oauth/connected");
            assertThat(elsewhere.api().token(user).status()).isEqualTo(200);
            assertThat(visitor.open("/").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whoeverOnlyLooksChangesNothing() throws Exception {
        var back = browser.allow(browser.begin(""), user);
        try (var wire = new Wire(keeper.url())) {
            for (var path : List.of("/oauth/authorize", back.getRawPath() + "?" + back.getRawQuery())) {
                var looked = wire.send("HEAD " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")
                        .orElseThrow();
                assertThat(looked.status()).isEqualTo(200);
                assertThat(looked.header("Set-Cookie")).isEmpty();
            }
        }
        assertThat(browser.open(back).statusCode()).isEqualTo(303);
        assertThat(api.account(user).text("status")).isEqualTo("ACTIVE");
    }

    @Test
    void redirectsLeadToThePublicAddressWhateverHostARequestNames() throws Exception {
        try (var behindTls = CLUSTER.start("REDIRECT_URI", "https://keeper.example/oauth/callback");
                var wire = new Wire(behindTls.url())) {
            var link = URI.create(
                    behindTls.api().post("/api/v1/consent-links", "{}").text("url"));
            var page = new HttpBrowser(behindTls).open("/sign-in?moved=1");
            var cookie = page.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
            var form = HttpBrowser.encoded(
                    Map.of("csrf-token", HttpBrowser.formToken(page), "key", KeeperProcess.ADMIN_KEY));

            var signedIn = wire.send("POST /sign-in HTTP/1.1\r\nHost: evil.example\r\nCookie: " + cookie
                            + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                            + form.length() + "\r\n\r\n" + form)
                    .orElseThrow();

            assertThat(signedIn.status()).isEqualTo(303);
            assertThat(signedIn.header("Location")).isEqualTo("https://keeper.example/");
            var atX = wire.send("GET " + link.getRawPath() + "?" + link.getRawQuery()
                            + " HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                    .orElseThrow();
            assertThat(atX.header("Location")).isEqualTo(link + "&moved=1");
        }
    }

    @Test
    void onHttpsTheCookieIsSecureAndAClosedServiceNeedsAnInvitation() {
        try (var closed = CLUSTER.start("REDIRECT_URI", "https://keeper.example/oauth/callback")) {
            var visitor = new HttpBrowser(closed);
            RefusedPage.assertIs(visitor.open("/oauth/authorize?moved=1"), 403, "Consent link required");
            assertThat(closed.api().get("/oauth/authorize?moved=1").status())
                    .as("an API key is for calls")
                    .isEqualTo(403);

            var link = closed.api().post("/api/v1/consent-links", "{}").text("url");
            assertThat(link).startsWith("https://keeper.example/oauth/authorize?link=");
            assertThat(visitor.open(URI.create(link).getRawPath() + "?"
                                    + URI.create(link).getRawQuery() + "&moved=1")
                            .headers()
                            .firstValue("Set-Cookie"))
                    .hasValueSatisfying(cookie -> assertThat(cookie)
                            .startsWith("__Host-")
                            .contains("Secure")
                            .containsIgnoringCase("Path=/")
                            .doesNotContainIgnoringCase("Domain"));
        }
    }

    private static String events() {
        return api.get("/api/v1/events?limit=1000").http().body();
    }
}
