package io.xtokenkeeper.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.OpenIdStandIn;
import io.xtokenkeeper.testkit.TestCluster;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Admins who sign in by an OpenID provider, with two replicas. */
class OpenIdIT {
    private static final Map<String, Object> ALICE = Map.of("email", "alice@example.com", "email_verified", true);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static OpenIdStandIn provider;
    private static KeeperProcess keeper;
    private static KeeperProcess replica;

    private final HttpBrowser browser = new HttpBrowser(keeper);

    @BeforeAll
    static void begin() {
        provider = CLUSTER.closeLater(OpenIdStandIn.start());
        var operators = "alice@example.com, group:token keepers, subject-7";
        keeper = start(operators, Map.of());
        replica = start(
                operators,
                Map.of("REDIRECT_URI", keeper.url().resolve("/oauth/callback").toString()));
    }

    private static KeeperProcess start(String operators, Map<String, String> more) {
        var settings = CLUSTER.settings();
        settings.put("KEEPER_OPENID_ISSUER", provider.issuer());
        settings.put("KEEPER_OPENID_CLIENT_ID", OpenIdStandIn.CLIENT_ID);
        settings.put("KEEPER_OPENID_CLIENT_SECRET", OpenIdStandIn.CLIENT_SECRET);
        settings.put("KEEPER_OPENID_OPERATORS", operators);
        settings.putAll(more);
        return CLUSTER.start(settings);
    }

    /** The response to a browser that returns from the provider, after the redirect that removes the code from the URL. */
    private HttpResponse<String> comeFromProvider() {
        var back = browser.open(backFromProvider());
        return back.statusCode() == 302 ? browser.open(HttpBrowser.location(back)) : back;
    }

    private URI backFromProvider() {
        return HttpBrowser.location(browser.open(HttpBrowser.location(browser.open("/sign-in/openid"))));
    }

    private boolean isSignedIn() {
        return browser.open("/").body().contains("Sign out");
    }

    @Test
    void whoIsNamedIsSignedInEverywhereAndTheEventSaysWho() {
        provider.setPerson(ALICE);
        assertThat(browser.open("/sign-in").body()).contains("href=\"/sign-in/openid\"");

        var asked = HttpBrowser.location(browser.open("/sign-in/openid"));
        assertThat(HttpBrowser.query(asked))
                .containsEntry("client_id", OpenIdStandIn.CLIENT_ID)
                .containsEntry("code_challenge_method", "S256")
                .containsEntry(
                        "redirect_uri", keeper.url().resolve("/sign-in/openid").toString());
        var welcome = comeFromProvider();

        assertThat(welcome.statusCode()).as(welcome.body()).isEqualTo(303);
        assertThat(HttpBrowser.location(welcome)).hasPath("/");
        assertThat(isSignedIn()).isTrue();
        assertThat(browser.open(replica.url().resolve("/")).body()).contains("Sign out");
        assertThat(keeper.api().get("/api/v1/events?limit=1000").http().body())
                .contains("\"actor\":\"openid:alice@example.com\"");

        browser.submit("/", "/sign-out", Map.of());
        assertThat(isSignedIn()).isFalse();
    }

    @Test
    void behindAPrefixItLeadsThereAndBack() {
        provider.setPerson(ALICE);
        try (var prefixed =
                start("alice@example.com", Map.of("REDIRECT_URI", "http://127.0.0.1:{port}/keeper/oauth/callback"))) {
            var base = prefixed.url() + "/keeper";
            var visitor = new HttpBrowser(prefixed);
            var asked = HttpBrowser.location(visitor.open("/keeper/sign-in/openid"));
            assertThat(HttpBrowser.query(asked)).containsEntry("redirect_uri", base + "/sign-in/openid");

            var back = visitor.open(HttpBrowser.location(visitor.open(asked)));
            assertThat(HttpBrowser.location(back)).hasToString(base + "/sign-in/openid");
            assertThat(back.headers().allValues("Set-Cookie"))
                    .isNotEmpty()
                    .allSatisfy(cookie -> assertThat(cookie).contains("Path=/keeper/sign-in/openid"));
            assertThat(HttpBrowser.location(visitor.open(HttpBrowser.location(back))))
                    .hasToString(base + "/");
            assertThat(visitor.open("/keeper/").body()).contains("Sign out");

            provider.refuse();
            var other = new HttpBrowser(prefixed);
            var refused = other.open(
                    HttpBrowser.location(other.open(HttpBrowser.location(other.open("/keeper/sign-in/openid")))));
            assertThat(HttpBrowser.location(refused).toString()).startsWith(base + "/sign-in/refused");
        }
    }

    @Test
    void groupsAndSubjectsAreNamesToo() {
        for (var person : List.<Map<String, Object>>of(
                Map.of("sub", "subject-7"), Map.of("sub", "other", "groups", List.of("all", "token keepers")))) {
            provider.setPerson(person);
            assertThat(comeFromProvider().statusCode()).as(person.toString()).isEqualTo(303);
        }
    }

    @Test
    void whoIsNotNamedOrWhoseAddressIsNotVerifiedStaysOutside() {
        for (var person : List.<Map<String, Object>>of(
                Map.of("email", "mallory@example.com", "email_verified", true),
                Map.of("email", "alice@example.com", "email_verified", false),
                Map.of("email", "alice@example.com"),
                Map.of("sub", "group:token keepers"),
                Map.of("sub", "alice@example.com"),
                Map.of("email", "subject-7", "email_verified", true),
                Map.of("groups", "token keepers"))) {
            provider.setPerson(person);
            var refused = comeFromProvider();
            assertThat(refused.statusCode()).as(person.toString()).isEqualTo(403);
            assertThat(refused.body()).contains("KEEPER_OPENID_OPERATORS");
            assertThat(isSignedIn()).isFalse();
        }
    }

    @Test
    void aRefusalAtTheProviderIsAPageWithANextStep() {
        provider.refuse();

        var page = browser.open(HttpBrowser.location(browser.open(backFromProvider())));

        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("refused").contains("href=\"/sign-in\"");
        assertThat(isSignedIn()).isFalse();
    }

    @Test
    void anAnswerThatWasNotAskedForHereSignsNobodyIn() {
        provider.setPerson(ALICE);
        var meant = HttpBrowser.location(browser.open(
                HttpBrowser.location(new HttpBrowser(keeper).open("/sign-in/openid")))); // in another browser

        var refused = browser.open(meant);

        assertThat(HttpBrowser.location(refused).toString()).as("asked again").startsWith(provider.issuer());
        assertThat(refused.headers().allValues("Set-Cookie")).noneMatch(cookie -> cookie.startsWith("keeper-session="));
        assertThat(isSignedIn()).isFalse();
    }

    @Test
    void anIdTokenThatTheProviderDidNotSignSignsNobodyIn() {
        provider.setPerson(ALICE);
        provider.forge();

        var refused = browser.open(HttpBrowser.location(comeFromProvider()));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("href=\"/sign-in\"");
        assertThat(isSignedIn()).isFalse();
    }

    @Test
    void theSessionEndsWhenTheOperatorsAreNamedAnew() {
        provider.setPerson(ALICE);
        comeFromProvider();
        assertThat(isSignedIn()).isTrue();

        try (var other = start("bob@example.com", Map.of())) {
            assertThat(browser.open(other.url().resolve("/")).body()).doesNotContain("Sign out");
        }
    }

    @Test
    void aProviderThatIsAwayKeepsNobodyFromStartingOrFromSigningInWithAKey() {
        try (var lonely = CLUSTER.start(
                "KEEPER_OPENID_ISSUER", "http://127.0.0.1:1",
                "KEEPER_OPENID_CLIENT_ID", "a",
                "KEEPER_OPENID_CLIENT_SECRET", "b",
                "KEEPER_OPENID_OPERATORS", "c")) {
            var visitor = new HttpBrowser(lonely);

            var refused = visitor.open(HttpBrowser.location(visitor.open("/sign-in/openid")));

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("href=\"/sign-in\"");
            assertThat(visitor.signIn(KeeperProcess.ADMIN_KEY).statusCode()).isEqualTo(303);
        }
    }
}
