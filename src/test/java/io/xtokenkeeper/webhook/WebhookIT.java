package io.xtokenkeeper.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Receiver;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Webhooks of two replicas on one database, with a receiver on a real socket. */
class WebhookIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WEBHOOKS = "/api/v1/webhooks";
    private static final AtomicInteger NEXT = new AtomicInteger(4_000);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static TestPostgres database;
    private static Sandbox x;
    private static KeeperProcess keeper;
    private static KeeperProcess replica;
    private static Receiver receiver;
    private static Api api;

    private String user;
    private String path;

    @BeforeAll
    static void begin() {
        database = CLUSTER.database();
        x = CLUSTER.x();
        receiver = CLUSTER.closeLater(Receiver.begin());
        keeper = replica(database);
        replica = replica(database);
        api = keeper.api();
    }

    private static KeeperProcess replica(TestPostgres store) {
        return CLUSTER.start(
                "KEEPER_WEBHOOKS_ALLOW_PRIVATE", "true",
                "KEEPER_CONSENT_OPEN", "false",
                "QUARKUS_LOG_CATEGORY__IO_XTOKENKEEPER__LEVEL", "DEBUG",
                "QUARKUS_DATASOURCE_JDBC_URL", store.url());
    }

    @BeforeEach
    void reset() {
        api.get(WEBHOOKS)
                .json()
                .path("webhooks")
                .forEach(webhook ->
                        api.delete(WEBHOOKS + "/" + webhook.path("id").asText()));
        receiver.answer(Receiver.Answer.of(204));
        user = Integer.toString(NEXT.incrementAndGet());
        path = "/" + user;
    }

    private Api.Reply created(String... events) {
        var made = api.post(
                WEBHOOKS,
                "{\"url\":\"%s\",\"events\":[\"%s\"]}".formatted(receiver.url(path), String.join("\",\"", events)));
        assertThat(made.status()).as(made.http().body()).isEqualTo(201);
        return made;
    }

    private void loseGrant() {
        api.importDue(List.of(x.issueGrant(user)));
        assertThat(api.token(user).status()).isEqualTo(200);
        x.revokeAtX(user);
        assertThat(api.refresh(user).status()).isEqualTo(409);
    }

    private Receiver.Message first() {
        await("a message").atMost(PATIENCE).until(() -> !receiver.received(path).isEmpty());
        return receiver.received(path).getFirst();
    }

    private static List<com.fasterxml.jackson.databind.JsonNode> log(Api.Reply webhook, String query) {
        var found = new java.util.ArrayList<com.fasterxml.jackson.databind.JsonNode>();
        api.get(WEBHOOKS + "/" + webhook.text("id") + "/deliveries" + query)
                .json()
                .path("deliveries")
                .forEach(found::add);
        return found;
    }

    private static void tryNow() {
        database.update("update webhook_delivery set next_try_at = now() where status = 'PENDING'");
    }

    @Test
    void aGrantThatEndedIsToldWithALinkThatHealsIt() {
        var webhook = created("account.needs_consent", "account.connected");
        loseGrant();

        var message = first();
        assertThat(message.isSignedWith(webhook.text("secret"))).isTrue();
        assertThat(message.isSignedWith("whsec_bm90IHRoZSBzZWNyZXQgb2YgdGhpcyBvbmU="))
                .isFalse();
        assertThat(message.headers().get("webhook-id")).matches("msg_[0-9a-f]{32}");
        assertThat(Instant.ofEpochSecond(Long.parseLong(message.headers().get("webhook-timestamp"))))
                .isBetween(Instant.now().minusSeconds(30), Instant.now().plusSeconds(30));
        assertThat(message.json().path("type").asText()).isEqualTo("account.needs_consent");
        assertThat(Instant.parse(message.json().path("timestamp").asText())).isBefore(Instant.now());
        assertThat(message.data().path("account").asText()).isEqualTo(user);
        assertThat(message.data().path("reason").asText()).isEqualTo("REJECTED_BY_X");
        assertThat(message.data().has("username")).isTrue();

        var link = URI.create(message.data().path("consent_link").asText());
        var callback = new HttpBrowser(URI.create(link.getScheme() + "://" + link.getAuthority()))
                .consent(user, "?" + link.getRawQuery());
        assertThat(callback.statusCode()).isEqualTo(303);
        assertThat(api.account(user).text("status")).isEqualTo("ACTIVE");
        await("told of it").atMost(PATIENCE).until(() -> receiver.received(path).size() == 2);
        var healed = receiver.received(path).getLast();
        assertThat(healed.json().path("type").asText()).isEqualTo("account.connected");
        assertThat(healed.data().path("username").asText())
                .isEqualTo(api.account(user).text("username"));
        assertThat(healed.data().has("consent_link")).isFalse();
    }

    @Test
    void twoReplicasTellEachEventOnce() {
        created("account.needs_consent");
        var other = api.post(WEBHOOKS, "{\"url\":\"%s\"}".formatted(receiver.url(path + "/all")));
        assertThat(other.json().path("events")).hasSize(6);
        var grants = x.seed(60, "90000");
        grants.forEach(grant -> x.revokeAtX(grant.userId()));
        api.importDue(grants);

        await("all are told")
                .atMost(PATIENCE)
                .until(() -> receiver.received(path).size() >= 60
                        && receiver.received(path + "/all").size() >= 60);
        Sleep.millis(2_500); // two more ticks of each replica
        for (var to : List.of(path, path + "/all")) {
            var messages = receiver.received(to);
            assertThat(messages).hasSize(60);
            assertThat(messages.stream()
                            .map(m -> m.data().path("account").asText())
                            .distinct())
                    .hasSize(60);
            assertThat(messages.stream().map(Receiver.Message::id).distinct()).hasSize(60);
        }
        assertThat(log(other, "?limit=1000&status=DELIVERED")).hasSize(60);
        var page = api.get(WEBHOOKS + "/" + other.text("id") + "/deliveries?limit=50");
        assertThat(page.json().path("deliveries")).hasSize(50);
        assertThat(log(other, "?limit=50&cursor=" + page.text("next_cursor"))).hasSize(10);
    }

    @Test
    void aReceiverThatWasDownIsToldOnceItIsBack() {
        var webhook = created("account.needs_consent");
        receiver.stop();
        try {
            loseGrant();
            await("it was tried")
                    .atMost(PATIENCE)
                    .until(() -> log(webhook, "").stream()
                            .anyMatch(d -> d.path("last_error").asText().equals("no connection")));
        } finally {
            receiver.start();
        }
        var waits = log(webhook, "?status=PENDING").getFirst();
        assertThat(waits.path("next_try_at").asText()).isNotEmpty();
        tryNow();

        assertThat(first().id()).isEqualTo(waits.path("id").asText());
        await("noted")
                .atMost(PATIENCE)
                .until(() -> log(webhook, "?status=DELIVERED").size() == 1);
        var delivered = log(webhook, "").getFirst();
        assertThat(delivered.path("last_status").asInt()).isEqualTo(204);
        assertThat(delivered.path("tries").asInt()).isGreaterThan(1);
        assertThat(delivered.has("next_try_at")).isFalse();
        assertThat(database.query("select failing_since from webhook")).containsExactly((String) null);
        assertThat(receiver.received(path)).hasSize(1);
    }

    @Test
    void aReceiverThatAsksForTimeIsGivenIt() {
        var webhook = created("account.needs_consent");
        receiver.answer(new Receiver.Answer(503, Map.of("Retry-After", "3600"), 0));
        loseGrant();

        first();
        await("noted").atMost(PATIENCE).until(() -> log(webhook, "").getFirst().has("last_try_at"));
        var delivery = log(webhook, "").getFirst();
        assertThat(delivery.path("status").asText()).isEqualTo("PENDING");
        assertThat(delivery.path("last_status").asInt()).isEqualTo(503);
        assertThat(Instant.parse(delivery.path("next_try_at").asText()))
                .isAfter(Instant.now().plusSeconds(3_500));
    }

    @Test
    void whoeverIsGoneIsToldNothingMoreUntilEnabled() {
        var webhook = created("account.needs_consent");
        var at = WEBHOOKS + "/" + webhook.text("id");
        receiver.answer(Receiver.Answer.of(410));
        api.post(at + "/test");
        first();
        await("disabled")
                .atMost(PATIENCE)
                .until(() -> api.get(WEBHOOKS).http().body().contains("410 Gone"));
        receiver.answer(Receiver.Answer.of(204));

        loseGrant();
        assertThat(api.post(at + "/test").status()).isEqualTo(409);
        Sleep.millis(2_500);
        assertThat(receiver.received(path)).hasSize(1);
        assertThat(api.get("/api/v1/events?limit=1000").http().body()).contains("webhook.disabled");

        assertThat(api.post(at + "/enable").json().has("disabled_at")).isFalse();
        var again = log(webhook, "?status=FAILED").getFirst().path("id").asText();
        assertThat(api.post(at + "/deliveries/" + again + "/resend").status()).isEqualTo(202);
        await("sent again").atMost(PATIENCE).until(() -> receiver.received(path).size() == 2);
        assertThat(receiver.received(path).getLast().id()).isEqualTo(again);
        assertThat(api.post(at + "/deliveries/msg_none/resend").status()).isEqualTo(404);
    }

    @Test
    void whoeverTakesNothingForDaysIsDisabledWhenAllTriesAreUp() {
        var webhook = created("account.needs_consent");
        receiver.answer(Receiver.Answer.of(500));
        api.post(WEBHOOKS + "/" + webhook.text("id") + "/test");
        first();
        await("failed").atMost(PATIENCE).until(() -> log(webhook, "").getFirst().has("last_error"));
        database.update("update webhook set failing_since = now() - interval '6 days'");
        database.update("update webhook_delivery set tries = 8, next_try_at = now()");
        await("ninth")
                .atMost(PATIENCE)
                .until(() -> log(webhook, "").getFirst().path("tries").asInt() == 9
                        && receiver.received(path).size() >= 2);
        Sleep.millis(500);
        assertThat(api.get(WEBHOOKS).http().body()).doesNotContain("disabled_at");

        tryNow();

        await("disabled")
                .atMost(PATIENCE)
                .until(() -> api.get(WEBHOOKS).http().body().contains("no try succeeded for 5"));
        assertThat(log(webhook, "?status=FAILED")).hasSize(1);
    }

    @Test
    void aDeletedWebhookIsToldNothing() {
        var webhook = created("account.needs_consent");
        receiver.answer(Receiver.Answer.of(500));
        loseGrant();
        first();
        await("noted").atMost(PATIENCE).until(() -> log(webhook, "").getFirst().has("last_error"));
        receiver.answer(Receiver.Answer.of(204));

        assertThat(api.delete(WEBHOOKS + "/" + webhook.text("id")).status()).isEqualTo(204);
        assertThat(api.delete(WEBHOOKS + "/" + webhook.text("id")).status()).isEqualTo(204);

        Sleep.millis(7_000); // past its next attempt
        assertThat(receiver.received(path)).hasSize(1);
        assertThat(api.get(WEBHOOKS + "/" + webhook.text("id") + "/deliveries").status())
                .isEqualTo(404);
        assertThat(database.query("select id from webhook_delivery")).isEmpty();
    }

    @Test
    void aSlowReceiverDoesNotHoldUpAnother() {
        try (var slow = Receiver.begin()) {
            slow.answer(new Receiver.Answer(204, Map.of(), 60_000));
            api.post(WEBHOOKS, "{\"url\":\"%s\"}".formatted(slow.url(path)));
            created("account.needs_consent");
            var grants = x.seed(40, "95000");
            grants.forEach(grant -> x.revokeAtX(grant.userId()));
            api.importDue(grants);

            await("the other is told")
                    .atMost(Duration.ofSeconds(9))
                    .until(() -> receiver.received(path).size() == 40);
            assertThat(slow.received(path)).hasSizeBetween(1, 16);
        }
    }

    @Test
    void theSecretIsShownOnceAndARolledOneSignsForADayMore() {
        var webhook = created("account.needs_consent");
        var at = WEBHOOKS + "/" + webhook.text("id");
        var old = webhook.text("secret");
        assertThat(old).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(webhook.header("Cache-Control")).isEqualTo("no-store");

        var rolled = api.post(at + "/secret");
        var next = rolled.text("secret");
        assertThat(rolled.header("Cache-Control")).isEqualTo("no-store");
        api.post(at + "/test");
        assertThat(first().isSignedWith(old)).isTrue();
        assertThat(first().isSignedWith(next)).isTrue();

        database.update("update webhook set previous_until = now() - interval '1 second'");
        api.post(at + "/test");
        await("the second").atMost(PATIENCE).until(() -> receiver.received(path).size() == 2);
        assertThat(receiver.received(path).getLast().isSignedWith(old)).isFalse();
        assertThat(receiver.received(path).getLast().isSignedWith(next)).isTrue();

        loseGrant();
        await("the third").atMost(PATIENCE).until(() -> receiver.received(path).size() == 3);
        var link = receiver.received(path)
                .getLast()
                .data()
                .path("consent_link")
                .asText()
                .replaceAll(".*link=", "");
        for (var secret : List.of(old, next, link)) {
            var bare = secret.replace("whsec_", "");
            assertThat(keeper.log() + replica.log()).doesNotContain(bare);
            assertThat(api.get(WEBHOOKS).http().body()).doesNotContain(bare);
            assertThat(api.get(at + "/deliveries").http().body()).doesNotContain(bare);
            for (var table : List.of("webhook", "webhook_delivery", "audit_event", "consent_link")) {
                assertThat(database.query("select t::text from " + table + " t"))
                        .noneMatch(row -> row.contains(bare));
            }
        }
    }

    @Test
    void whatCannotBeAWebhookIsRefused() {
        for (var url : List.of("http://169.254.169.254/", "ftp://127.0.0.1/", "https://a:b@127.0.0.1/", "nonsense")) {
            var refused = api.post(WEBHOOKS, "{\"url\":\"" + url + "\"}");
            assertThat(refused.status()).as(url).isEqualTo(400);
            assertThat(refused.text("detail")).startsWith("url: ");
        }
        assertThat(api.post(WEBHOOKS, "{\"url\":\"https://127.0.0.1/\",\"events\":[\"key.created\"]}")
                        .status())
                .isEqualTo(400);
        assertThat(api.post(WEBHOOKS + "/none/secret").status()).isEqualTo(404);
        assertThat(api.post(WEBHOOKS + "/none/test").status()).isEqualTo(404);
        var narrow = api.post("/api/v1/keys", "{\"name\":\"narrow\",\"rights\":[\"manage\"],\"accounts\":[\"1\"]}");
        assertThat(api.with(narrow.text("key")).get(WEBHOOKS).status()).isEqualTo(403);
    }

    @Test
    void killedBetweenSendingAndNotingItIsSentAgainUnderTheSameId() {
        try (var own = TestPostgres.migrated();
                var taking = Receiver.begin()) {
            taking.answer(new Receiver.Answer(204, Map.of(), 8_000));
            var killed = replica(own);
            var made = killed.api().post(WEBHOOKS, "{\"url\":\"%s\"}".formatted(taking.url("/in")));
            killed.api().post(WEBHOOKS + "/" + made.text("id") + "/test");
            await("it is sent")
                    .atMost(PATIENCE)
                    .until(() -> taking.received("/in").size() == 1);
            killed.kill();
            taking.answer(Receiver.Answer.of(204));

            try (var next = replica(own)) {
                own.update("update webhook_delivery set next_try_at = now()"); // as if the lease had ended
                await("again")
                        .atMost(PATIENCE)
                        .until(() -> taking.received("/in").size() == 2);
                assertThat(taking.received("/in").stream()
                                .map(Receiver.Message::id)
                                .distinct())
                        .hasSize(1);
                assertThat(taking.received("/in")).allMatch(message -> message.isSignedWith(made.text("secret")));

                lostGrantsAndARefusedAppAreTold(next.api(), own, taking);
            }
        }
    }

    private void lostGrantsAndARefusedAppAreTold(Api one, TestPostgres store, Receiver taking) {
        x.update(switches -> switches.withFault(Endpoint.REFRESH, FaultRule.once(Fault.DROP_AFTER)));
        one.importDue(List.of(x.issueGrant(user)));
        await("lost").atMost(PATIENCE).until(() -> {
            store.update("update account set next_refresh_at = now() where status = 'ACTIVE'");
            return taking.received("/in").size() == 3;
        });
        var lost = taking.received("/in").getLast();
        assertThat(lost.json().path("type").asText()).isEqualTo("account.lost");
        assertThat(lost.data().path("reason").asText()).isEqualTo("LOST_IN_FLIGHT");
        assertThat(lost.data().path("consent_link").asText()).contains("/oauth/authorize?link=");

        x.update(switches -> switches.withFault(Endpoint.REFRESH, Fault.WRONG_SECRET));
        one.importDue(List.of(x.issueGrant(user + "1")));
        await("told").atMost(PATIENCE).until(() -> taking.received("/in").size() == 4);
        var refused = taking.received("/in").getLast();
        assertThat(refused.json().path("type").asText()).isEqualTo("app.misconfigured");
        assertThat(refused.data().path("detail").asText()).isNotEmpty();
        x.update(switches -> switches.withFault(Endpoint.REFRESH, Fault.NONE));
        assertThat(one.get("/q/metrics").http().body())
                .contains(
                        "keeper_webhook_deliveries_total{outcome=\"delivered\"}", "keeper_webhook_deliveries_pending");
    }
}
