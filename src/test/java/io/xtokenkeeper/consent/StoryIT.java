package io.xtokenkeeper.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.Receiver;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.WebBrowser;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The whole story as a back end and two users see it: whose account is it, and what may the app do with it. In real
 * browsers and over HTTP only.
 */
@EnabledIf(
        value = "io.xtokenkeeper.testkit.WebBrowser#isHere",
        disabledReason = "no chromium and chromedriver on this machine")
class StoryIT {
    private static final String ADA = "1815121001";
    private static final String GRACE = "1906120902";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static Api api;

    @Test
    void twoUsersConnectAtTheSameTimeAndEachReferenceGetsTheRightAccount() {
        var x = CLUSTER.x();
        var app = CLUSTER.closeLater(Receiver.begin());
        app.answer(Receiver.Answer.of(200));
        var keeper = CLUSTER.start("KEEPER_RETURN_ORIGINS", origin(app), "KEEPER_WEBHOOKS_ALLOW_PRIVATE", "true");
        api = keeper.api()
                .with(keeper.api()
                        .post("/api/v1/keys", "{\"name\":\"back end\",\"rights\":[\"manage\",\"read\",\"token\"]}")
                        .text("key"));
        var hook = api.post(
                "/api/v1/webhooks", "{\"url\":\"%s\",\"events\":[\"consent_link.ended\"]}".formatted(app.url("/hook")));
        assertThat(hook.status()).as(hook.http().body()).isEqualTo(201);

        try (var ada = WebBrowser.start();
                var grace = WebBrowser.start()) {
            var linkOfAda = linkFor("customer-1", app);
            var linkOfGrace = linkFor("customer-2", app);
            assertThat(List.of(status(linkOfAda), status(linkOfGrace))).containsOnly("OPEN");

            ada.open(page(linkOfAda)).press("Continue to X").await("wants to access your X account");
            grace.open(page(linkOfGrace)).press("Continue to X").await("wants to access your X account");
            assertThat(List.of(status(linkOfAda), status(linkOfGrace))).containsOnly("STARTED");

            ada.press("Cancel");
            assertThat(HttpBrowser.query(back(ada, app)))
                    .containsEntry("result", "declined")
                    .containsEntry("link", linkOfAda.text("id"))
                    .containsEntry("state", "state of customer-1")
                    .doesNotContainKey("account");
            assertThat(status(linkOfAda)).isEqualTo("DECLINED");
            assertThat(status(linkOfGrace)).isEqualTo("STARTED");
            assertThat(accountsOf("customer-1")).isEmpty();

            x.update(switches -> switches.withWithheldScopes(Set.of("tweet.write")));
            allow(grace, GRACE);
            assertThat(HttpBrowser.query(back(grace, app)))
                    .containsEntry("result", "connected")
                    .containsEntry("link", linkOfGrace.text("id"))
                    .containsEntry("state", "state of customer-2")
                    .containsEntry("account", GRACE);
            var granted = link(linkOfGrace);
            assertThat(granted.text("status")).isEqualTo("CONNECTED");
            assertThat(granted.text("account")).isEqualTo(GRACE);
            assertThat(granted.text("granted_scope").split(" ")).doesNotContain("tweet.write");
            assertHolds(x, GRACE, "like.read", "offline.access", "tweet.read", "users.read");

            var refused = token(GRACE, "tweet.write");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text("missing")).isEqualTo("tweet.write");
            x.update(switches -> switches.withWithheldScopes(Set.of()));
            grace.open(URI.create(refused.text("consent_link")));
            allow(grace, GRACE);
            grace.await("You can close this page");
            assertThat(token(GRACE, "tweet.write").status()).isEqualTo(200);
            assertHolds(x, GRACE, "like.read", "offline.access", "tweet.read", "tweet.write", "users.read");

            ada.open(page(linkOfAda)).press("Continue to X");
            allow(ada, ADA);
            assertThat(HttpBrowser.query(back(ada, app)))
                    .containsEntry("result", "connected")
                    .containsEntry("account", ADA);
            assertThat(status(linkOfAda)).isEqualTo("CONNECTED");
            assertHolds(x, ADA, "like.read", "offline.access", "tweet.read", "tweet.write", "users.read");
        }

        assertThat(accountsOf("customer-1")).containsExactly(ADA);
        assertThat(accountsOf("customer-2")).containsExactly(GRACE);
        for (var user : List.of(ADA, GRACE)) {
            var token = token(user, "tweet.write like.read").text("access_token");
            var me = new Api(x.url(), token).get("/2/users/me");
            assertThat(me.json().at("/data/id").asText()).as(me.http().body()).isEqualTo(user);
        }
        await("the webhook reports each end")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(app.received("/hook"))
                        .extracting(message -> message.data().path("reference").asText() + " "
                                + message.data().path("status").asText() + " "
                                + message.data().path("account").asText())
                        .contains(
                                "customer-1 DECLINED ",
                                "customer-1 CONNECTED " + ADA,
                                "customer-2 CONNECTED " + GRACE));
    }

    private static String origin(Receiver app) {
        return app.url("").toString();
    }

    private static Api.Reply linkFor(String reference, Receiver app) {
        var link = api.post("/api/v1/consent-links", """
                {"reference": "%1$s", "scope": "tweet.write like.read", "return_to": "%2$s", "state": "state of %1$s"}""".formatted(reference, app.url("/done")));
        assertThat(link.status()).as(link.http().body()).isEqualTo(201);
        return link;
    }

    private static URI page(Api.Reply created) {
        return URI.create(created.text("page_url"));
    }

    private static Api.Reply link(Api.Reply created) {
        return api.get("/api/v1/consent-links/" + created.text("id"));
    }

    private static String status(Api.Reply created) {
        return link(created).text("status");
    }

    private static void allow(WebBrowser atX, String user) {
        atX.type("user_id", user).click("button.allow");
    }

    /** The address of the app's page that the browser came back to. */
    private static URI back(WebBrowser browser, Receiver app) {
        await("the browser comes back")
                .atMost(Duration.ofSeconds(30))
                .until(() -> browser.address().toString().startsWith(app.url("/done?") + "result="));
        return URI.create(browser.address().toString().replace("+", "%20"));
    }

    private static List<String> accountsOf(String reference) {
        var accounts = api.get("/api/v1/accounts?reference=" + reference).json().path("accounts");
        return StreamSupport.stream(accounts.spliterator(), false)
                .map((JsonNode account) -> account.path("id").asText())
                .toList();
    }

    private static Api.Reply token(String account, String scopes) {
        return api.get("/api/v1/accounts/" + account + "/token?scope=" + scopes.replace(" ", "%20"));
    }

    private static void assertHolds(Sandbox x, String user, String... scopes) {
        assertThat(x.ledger().liveScopes(user)).as("at X").containsExactly(scopes);
    }
}
