package io.xtokenkeeper.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Receiver;
import io.xtokenkeeper.testkit.RefusedPage;
import io.xtokenkeeper.testkit.TestCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose account is it: references, links that report what became of them, the return of the browser, scopes that grow. */
class ConsentLinksIT {
    private static final AtomicInteger PEOPLE = new AtomicInteger(7_000);
    private static final String RETURN = "https://app.example/done?tab=x#top";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static Sandbox x;
    private static KeeperProcess keeper;
    private static Api api;

    private final String user = Integer.toString(PEOPLE.incrementAndGet());
    private final String reference = "customer " + user;
    private final HttpBrowser browser = new HttpBrowser(keeper);

    @BeforeAll
    static void begin() {
        x = CLUSTER.x();
        keeper = CLUSTER.start(
                "KEEPER_REFRESH_TIMEOUT",
                "1s",
                "KEEPER_REFRESH_LEASE",
                "11s",
                "KEEPER_RETURN_ORIGINS",
                "https://app.example",
                "KEEPER_WEBHOOKS_ALLOW_PRIVATE",
                "true",
                "KEEPER_REFRESH_EVERY",
                KeeperProcess.NO_TIMER);
        api = keeper.api();
    }

    @BeforeEach
    void reset() {
        x.reset();
    }

    @Test
    void aLinkReportsWhoWasConnectedAndTheAccountGetsItsReference() {
        var link =
                created("{\"reference\":\"%s\",\"state\":\"a b/c\",\"return_to\":\"%s\"}".formatted(reference, RETURN));
        assertThat(status(link)).isEqualTo("OPEN");

        var atX = HttpBrowser.location(browser.open(url(link)));
        assertThat(status(link)).isEqualTo("STARTED");
        var callback = browser.allow(atX, user);
        var back = HttpBrowser.location(browser.open(callback));

        assertThat(back.toString())
                .startsWith("https://app.example/done?tab=x&result=connected&")
                .endsWith("#top");
        assertThat(HttpBrowser.query(back))
                .containsEntry("link", link.text("id"))
                .containsEntry("account", user)
                .containsKey("state");
        assertThat(back.getRawQuery()).contains("state=a+b%2Fc");
        assertThat(HttpBrowser.location(browser.open(callback)))
                .as("the same callback again")
                .isEqualTo(back);
        var ended = one(link);
        assertThat(ended.text("status")).isEqualTo("CONNECTED");
        assertThat(ended.text("account")).isEqualTo(user);
        assertThat(ended.text("reference")).isEqualTo(reference);
        assertThat(ended.text("granted_scope").split(" ")).contains("tweet.read");
        assertThat(api.account(user).json().path("references"))
                .extracting(JsonNode::asText)
                .containsExactly(reference);
        assertThat(idsUnder(reference)).containsExactly(user);
        assertThat(event("account.connected", user).path("reference").asText()).isEqualTo(reference);
        assertThat(event("account.connected", user).path("link").asText()).isEqualTo(link.text("id"));
        assertThat(event("consent_link.ended", user).path("detail").asText()).isEqualTo("CONNECTED");
    }

    @Test
    void aPopupTellsASecondPersonWithTheSameLinkNothingOfTheFirst() {
        var link = created("{\"return_to\":\"%s\"}".formatted(RETURN));
        var popup = URI.create(url(link) + "&popup");
        var second = new HttpBrowser(keeper);
        var secondAtX = HttpBrowser.location(second.open(popup));
        browser.open(browser.allow(HttpBrowser.location(browser.open(popup)), user));
        second.open(second.allow(secondAtX, Integer.toString(PEOPLE.incrementAndGet())));
        var last = "/oauth/popup?link=" + link.text("id");

        assertThat(browser.open(last).body())
                .contains("data-result=\"connected\"")
                .contains(user);
        assertThat(second.open(last).body()).contains("data-result=\"failed\"").doesNotContain(user);
    }

    @Test
    void whoDeclinesAtXComesBackToTheAppAndMayReturnLater() {
        var link = created("{\"reference\":\"%s\",\"return_to\":\"%s\"}".formatted(reference, RETURN));

        var callback = browser.cancel(HttpBrowser.location(browser.open(url(link))));
        var back = HttpBrowser.location(browser.open(callback));

        assertThat(HttpBrowser.query(back))
                .containsEntry("result", "declined")
                .containsEntry("link", link.text("id"))
                .doesNotContainKey("account");
        assertThat(HttpBrowser.location(browser.open(callback)))
                .as("the same callback again")
                .isEqualTo(back);
        assertThat(status(link)).isEqualTo("DECLINED");
        assertThat(idsUnder(reference)).isEmpty();

        var later = browser.open(browser.allow(HttpBrowser.location(browser.open(url(link))), user));
        assertThat(HttpBrowser.query(HttpBrowser.location(later))).containsEntry("result", "connected");
        assertThat(status(link)).isEqualTo("CONNECTED");
        assertThat(idsUnder(reference)).containsExactly(user);
    }

    @Test
    void whoDeclinesOnOurPageComesBackToTheAppToo() {
        var link = created("{\"return_to\":\"%s\"}".formatted(RETURN));
        var page = browser.open(URI.create(link.text("page_url")));
        var no = page.body().replaceAll("(?s).*href=\"(/connect/no-thanks\\?link=[^\"]+)\".*", "$1");

        assertThat(HttpBrowser.query(HttpBrowser.location(browser.open(no)))).containsEntry("result", "declined");
        assertThat(status(link)).isEqualTo("DECLINED");
        assertThat(browser.open(url(link)).statusCode())
                .as("may still change their mind")
                .isEqualTo(303);
    }

    @Test
    void anExpiredCallbackAndADeclineInTurnsAreRecordedOnce() {
        var link = created("{}");
        var callback = browser.allow(HttpBrowser.location(browser.open(url(link))), user);
        CLUSTER.database()
                .update("update consent_attempt set expires_at = now() - interval '1 second' where link_id = '"
                        + link.text("id") + "'");
        var no = "/connect/no-thanks?link=" + url(link).getQuery().substring(5);

        for (var round = 0; round < 3; round++) {
            assertThat(browser.open(callback).statusCode()).isEqualTo(400);
            assertThat(browser.open(no).statusCode()).isEqualTo(200);
            assertThat(status(link)).isEqualTo("DECLINED");
        }
        assertThat(ends(link)).containsExactly("FAILED: the consent was not finished within 10 minutes", "DECLINED");

        browser.open(browser.cancel(HttpBrowser.location(browser.open(url(link)))));
        browser.open(callback);
        assertThat(ends(link)).as("the user came back, and declined again").hasSize(3);
        browser.open(browser.allow(HttpBrowser.location(browser.open(url(link))), user));
        assertThat(status(link)).isEqualTo("CONNECTED");
        assertThat(ends(link)).hasSize(4).last().isEqualTo("CONNECTED");
    }

    /** The details of the events that report an end of the link, the oldest first. */
    private static List<String> ends(Api.Reply link) {
        return events("consent_link.ended").stream()
                .filter(event -> event.path("link").asText().equals(link.text("id")))
                .map(event -> event.path("detail").asText())
                .toList();
    }

    @Test
    void aHeadRequestDeclinesNothing() throws Exception {
        var link = created("{}");
        var no = URI.create(link.text("page_url"))
                .resolve("/connect/no-thanks?link=" + url(link).getQuery().substring(5));
        var head = HttpRequest.newBuilder(no)
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();

        try (var client = HttpClient.newHttpClient()) {
            client.send(head, HttpResponse.BodyHandlers.discarding());
        }

        assertThat(status(link)).isEqualTo("OPEN");
        browser.open(no);
        assertThat(status(link)).isEqualTo("DECLINED");
    }

    @Test
    void aFailureAtXComesBackToTheAppAndTheLinkHasXsWords() {
        x.update(switches -> switches.withFault(Endpoint.CODE, FaultRule.always(Fault.MISSING_PARAMETER)));
        var link = created("{\"return_to\":\"%s\"}".formatted(RETURN));

        var back = browser.open(browser.allow(HttpBrowser.location(browser.open(url(link))), user));

        assertThat(HttpBrowser.query(HttpBrowser.location(back))).containsEntry("result", "failed");
        var failed = one(link);
        assertThat(failed.text("status")).isEqualTo("FAILED");
        assertThat(failed.text("error")).contains("invalid_request");
    }

    @Test
    void aRepeatedCallbackShowsWhyTheFirstOneFailed() {
        var declined = browser.cancel(HttpBrowser.location(browser.open(url(created("{}")))));
        showsTwice(declined, 403, "Access declined");

        var forAnother = created("{\"expected_user\":\"%s0\"}".formatted(user));
        var wrongUser = browser.allow(HttpBrowser.location(browser.open(url(forAnother))), user);
        showsTwice(wrongUser, 403, "Wrong X account");
        assertThat(browser.open(wrongUser).body()).contains(user + "0", "another user");

        x.update(switches -> switches.withFault(Endpoint.CODE, FaultRule.always(Fault.MISSING_PARAMETER)));
        var refused = browser.allow(HttpBrowser.location(browser.open(url(created("{}")))), user);
        showsTwice(refused, 502, "invalid_request");
        assertThat(new HttpBrowser(keeper).open(refused).body())
                .as("to another browser")
                .doesNotContain("invalid_request");
    }

    private void showsTwice(URI callback, int status, String words) {
        for (var times = 0; times < 2; times++) {
            RefusedPage.assertIs(browser.open(callback), status, words);
        }
    }

    @Test
    void anotherUserThanTheExpectedOneIsAFailure() {
        var link = created("{\"expected_user\":\"%s0\",\"return_to\":\"%s\",\"reference\":\"%s\"}"
                .formatted(user, RETURN, reference));

        var back = browser.open(browser.allow(HttpBrowser.location(browser.open(url(link))), user));

        assertThat(HttpBrowser.query(HttpBrowser.location(back))).containsEntry("result", "failed");
        assertThat(one(link).text("error")).contains("another X user").doesNotContain(user);
        assertThat(idsUnder(reference)).isEmpty();
    }

    /** Until X sends the browser back: the link expired after the consent was started. */
    @Test
    void anExpiredLinkCanBeWithdrawn() {
        var link = created("{}");
        var atX = HttpBrowser.location(browser.open(url(link)));
        CLUSTER.database()
                .update("update consent_link set expires_at = now() - interval '1 second', outcome = 'EXPIRED',"
                        + " ended_at = now() where link_hash = '\\x" + link.text("id") + "'");

        assertThat(api.delete("/api/v1/consent-links/" + link.text("id")).status())
                .isEqualTo(204);

        RefusedPage.assertIs(browser.open(browser.allow(atX, user)), 410, "withdrawn");
        assertThat(api.account(user).status()).isEqualTo(404);
    }

    /** X has ended the grant that the user had for the new one, so that is kept, without the link. */
    @Test
    void aUserWhoIsConnectedKeepsTheGrantOfAWithdrawnLink() {
        api.importDue(List.of(x.issueGrant(user)));
        for (var answer : List.of(Fault.NONE, Fault.NOT_ENROLLED_403)) {
            var link = created("{\"return_to\":\"%s\",\"reference\":\"%s\"}".formatted(RETURN, reference));
            var atX = HttpBrowser.location(browser.open(url(link)));
            api.delete("/api/v1/consent-links/" + link.text("id"));
            x.update(switches -> switches.withFault(Endpoint.ME, FaultRule.once(answer)));

            var back = browser.open(browser.allow(atX, user));

            assertThat(HttpBrowser.query(HttpBrowser.location(back))).containsEntry("result", "failed");
            assertThat(status(link)).isEqualTo("WITHDRAWN");
            assertThat(idsUnder(reference)).isEmpty();
            assertThat(x.ledger().calls(Endpoint.REVOKE))
                    .as("nothing was revoked")
                    .isZero();
        }
        CLUSTER.database().update("update account set profile_next_try_at = now() where id like 'pending-%'");
        await("the pending account is merged")
                .atMost(Duration.ofSeconds(30))
                .until(() -> CLUSTER.database().count("account where id like 'pending-%'") == 0);
        assertThat(api.refresh(user).status()).isEqualTo(200);
    }

    @Test
    void aWithdrawnLinkDoesNotWorkAndEndsAConsentThatIsInFlight() {
        var link = created("{}");
        var atX = HttpBrowser.location(browser.open(url(link)));

        assertThat(api.delete("/api/v1/consent-links/" + link.text("id")).status())
                .isEqualTo(204);
        assertThat(api.delete("/api/v1/consent-links/" + link.text("id")).status())
                .isEqualTo(204);

        assertThat(status(link)).isEqualTo("WITHDRAWN");
        RefusedPage.assertIs(browser.open(url(link)), 410, "withdrawn");
        RefusedPage.assertIs(browser.open(URI.create(link.text("page_url"))), 410, "withdrawn");
        RefusedPage.assertIs(browser.open(browser.allow(atX, user)), 410, "withdrawn");
        assertThat(api.account(user).status()).isEqualTo(404);
        assertThat(status(link)).isEqualTo("WITHDRAWN");
        assertThat(api.get("/api/v1/consent-links/" + "0".repeat(64)).status()).isEqualTo(404);
    }

    @Test
    void linksAreListedByReferenceAndStatus() {
        var open = created("{\"reference\":\"%s\"}".formatted(reference));
        var declined = created("{\"reference\":\"%s\"}".formatted(reference));
        var expired = created("{\"reference\":\"%s\"}".formatted(reference));
        browser.open(browser.cancel(HttpBrowser.location(browser.open(url(declined)))));
        CLUSTER.database()
                .update("update consent_link set expires_at = now() - interval '1 second' where link_hash = decode('"
                        + expired.text("id") + "', 'hex')");

        assertThat(listed("")).containsExactly(expired.text("id"), declined.text("id"), open.text("id"));
        assertThat(listed("&status=OPEN")).containsExactly(open.text("id"));
        assertThat(listed("&status=DECLINED")).containsExactly(declined.text("id"));
        assertThat(listed("&status=EXPIRED")).containsExactly(expired.text("id"));
        assertThat(listed("&status=CONNECTED")).isEmpty();
        var first = links("&limit=1");
        assertThat(ids(links(
                        "&limit=2&cursor=" + first.json().path("next_cursor").asText())))
                .containsExactly(declined.text("id"), open.text("id"));
        assertThat(api.get("/api/v1/consent-links?status=SOLD").status()).isEqualTo(400);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> events("consent_link.ended").stream()
                        .anyMatch(event -> event.path("link").asText().equals(expired.text("id"))
                                && event.path("detail").asText().equals("EXPIRED")));
        assertThat(links("").http().body()).doesNotContain(url(open).getQuery().substring(5));
    }

    @Test
    void aWebhookReportsTheEndOfALink() {
        try (var receiver = Receiver.begin()) {
            var hook = api.post(
                    "/api/v1/webhooks",
                    "{\"url\":\"%s\",\"events\":[\"consent_link.ended\",\"account.connected\"]}"
                            .formatted(receiver.url("/hook")));
            assertThat(hook.status()).as(hook.http().body()).isEqualTo(201);
            var link = created("{\"reference\":\"%s\"}".formatted(reference));

            browser.open(browser.cancel(HttpBrowser.location(browser.open(url(link)))));
            browser.open(browser.allow(HttpBrowser.location(browser.open(url(link))), user));

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> about(link, receiver).size() == 3);
            assertThat(about(link, receiver))
                    .allSatisfy(message -> assertThat(
                                    message.data().path("reference").asText())
                            .isEqualTo(reference))
                    .extracting(message -> message.json().path("type").asText()
                            + message.data().path("status").asText()
                            + message.data().path("account").asText())
                    .containsExactlyInAnyOrder(
                            "consent_link.endedDECLINED",
                            "account.connected" + user,
                            "consent_link.endedCONNECTED" + user);
            api.delete("/api/v1/webhooks/" + hook.text("id"));
        }
    }

    @Test
    void aNarrowerGrantIsKeptAndReportedAndGrowsWhenATokenIsAskedForWithMore() {
        x.update(switches -> switches.withWithheldScopes(Set.of("tweet.write")));
        var link = created("{\"reference\":\"%s\",\"scope\":\"tweet.write like.read\"}".formatted(reference));

        var page = browser.open(
                HttpBrowser.location(browser.open(browser.allow(HttpBrowser.location(browser.open(url(link))), user))));

        assertThat(page.body()).contains("X did not grant", "post and repost for you");
        assertThat(one(link).text("granted_scope").split(" "))
                .contains("like.read")
                .doesNotContain("tweet.write");
        assertThat(event("account.scope_changed", user).path("detail").asText()).contains("did not grant tweet.write");

        var refused = api.get("/api/v1/accounts/" + user + "/token?scope=like.read%20tweet.write");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("type")).endsWith("/problems/scope-missing");
        assertThat(refused.text("missing")).isEqualTo("tweet.write");
        assertThat(api.get("/api/v1/accounts/" + user + "/token?scope=like.read")
                        .status())
                .isEqualTo(200);
        assertThat(api.get("/api/v1/accounts/" + user + "/token?scope=%22").status())
                .isEqualTo(400);

        x.reset();
        var atX = HttpBrowser.location(browser.open(URI.create(refused.text("consent_link"))));
        assertThat(HttpBrowser.query(atX).get("scope").split("[ +]"))
                .contains("tweet.write", "like.read", "offline.access");
        browser.open(browser.allow(atX, user));

        var granted = api.get("/api/v1/accounts/" + user + "/token?scope=tweet.write%20like.read");
        assertThat(granted.status()).isEqualTo(200);
        assertThat(granted.text("scope").split(" ")).contains("tweet.write", "like.read");
        assertThat(idsUnder(reference)).as("the reference stays").containsExactly(user);
    }

    @Test
    void theLinkForARevokedAccountAsksForWhatItHad() {
        var link = created("{\"scope\":\"like.read\"}");
        browser.open(browser.allow(HttpBrowser.location(browser.open(url(link))), user));
        x.revokeAtX(user);
        api.refresh(user);

        var refused = api.token(user);

        assertThat(refused.status()).isEqualTo(409);
        var atX = HttpBrowser.location(browser.open(URI.create(refused.text("consent_link"))));
        assertThat(HttpBrowser.query(atX).get("scope").split("[ +]")).contains("like.read", "offline.access");
    }

    @Test
    void aLaterLinkForAReferenceNeverTakesAScopeAway() {
        var first = created("{\"reference\":\"%s\",\"scope\":\"like.read\"}".formatted(reference));
        browser.open(browser.allow(HttpBrowser.location(browser.open(url(first))), user));

        var second = created("{\"reference\":\"%s\",\"scope\":\"list.read\"}".formatted(reference));
        var atX = HttpBrowser.location(browser.open(url(second)));

        assertThat(HttpBrowser.query(atX).get("scope").split("[ +]")).contains("like.read", "list.read");
    }

    @Test
    void referencesAreReplacedAndAnAccountCanHaveSeveral() {
        browser.open(browser.allow(HttpBrowser.location(browser.open(url(created("{}")))), user));

        var changed = patch(user, "{\"references\":[\"b %s\",\"a %s\"]}".formatted(user, user));

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().path("references"))
                .extracting(JsonNode::asText)
                .containsExactly("a " + user, "b " + user);
        assertThat(idsUnder("a " + user)).containsExactly(user);
        assertThat(event("account.references_changed", user).path("detail").asText())
                .contains("a " + user);
        assertThat(patch(user, "{\"references\":[]}").json().path("references")).isEmpty();
        assertThat(idsUnder("a " + user)).isEmpty();
        for (var wrong : List.of(
                "{}",
                "{\"references\":[\"\"]}",
                "{\"references\":[\" a\"]}",
                "{\"references\":[\"a\\u0007\"]}",
                "{\"references\":[\"%s\"]}".formatted("a".repeat(129)))) {
            assertThat(patch(user, wrong).status()).as(wrong).isEqualTo(400);
        }
        assertThat(patch("404404", "{\"references\":[]}").status()).isEqualTo(404);
        for (var empty : List.of("accounts?reference=", "consent-links?reference=", "events?account=")) {
            assertThat(api.get("/api/v1/" + empty).status()).as(empty).isEqualTo(400);
        }
    }

    @Test
    void wrongValuesOfALinkAreRefused() {
        for (var wrong : List.of(
                "{\"reference\":\"\"}",
                "{\"reference\":\"%s\"}".formatted("a".repeat(129)),
                "{\"state\":\"a\\nb\"}",
                "{\"state\":\"%s\"}".formatted("a".repeat(513)),
                "{\"return_to\":\"https://elsewhere.example/\"}")) {
            assertThat(api.post("/api/v1/consent-links", wrong).status())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    /** The messages about this link: links of other tests expire meanwhile. */
    private static List<Receiver.Message> about(Api.Reply link, Receiver receiver) {
        return receiver.received("/hook").stream()
                .filter(message -> message.data().path("link").asText().equals(link.text("id")))
                .toList();
    }

    private static Api.Reply created(String request) {
        var created = api.post("/api/v1/consent-links", request);
        assertThat(created.status()).as(created.http().body()).isEqualTo(201);
        return created;
    }

    private static URI url(Api.Reply created) {
        return URI.create(created.text("url"));
    }

    private static Api.Reply one(Api.Reply created) {
        return api.get("/api/v1/consent-links/" + created.text("id"));
    }

    private static String status(Api.Reply created) {
        return one(created).text("status");
    }

    private Api.Reply links(String query) {
        return api.get("/api/v1/consent-links?reference="
                + HttpBrowser.encoded(Map.of("r", reference)).substring(2) + query);
    }

    private List<String> listed(String query) {
        return ids(links(query));
    }

    private static List<String> ids(Api.Reply page) {
        return StreamSupport.stream(page.json().path("consent_links").spliterator(), false)
                .map(link -> link.path("id").asText())
                .toList();
    }

    private static List<String> idsUnder(String reference) {
        var page = api.get("/api/v1/accounts?reference="
                + HttpBrowser.encoded(Map.of("r", reference)).substring(2));
        return StreamSupport.stream(page.json().path("accounts").spliterator(), false)
                .map(account -> account.path("id").asText())
                .toList();
    }

    private static Api.Reply patch(String account, String json) {
        return api.send("PATCH", "/api/v1/accounts/" + account, "application/json", json);
    }

    private static List<JsonNode> events(String type) {
        return StreamSupport.stream(
                        api.get("/api/v1/events?limit=1000")
                                .json()
                                .path("events")
                                .spliterator(),
                        false)
                .filter(event -> event.path("type").asText().equals(type))
                .toList();
    }

    private static JsonNode event(String type, String account) {
        return events(type).stream()
                .filter(event -> event.path("account").asText().equals(account))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no event " + type + " of " + account));
    }
}
