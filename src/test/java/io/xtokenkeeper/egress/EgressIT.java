package io.xtokenkeeper.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.ForwardProxy;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperCommand;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.OpenIdStandIn;
import io.xtokenkeeper.testkit.PrivateCa;
import io.xtokenkeeper.testkit.Receiver;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TlsFront;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The packaged service in a network in which every outgoing connection needs a proxy with a password, and in which every
 * server has a certificate of a private CA. Only the proxy can resolve names that end in {@code .test}.
 */
class EgressIT {
    private static final String ME = "2244994945";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static PrivateCa ca;
    private static ForwardProxy proxy;
    private static URI x;
    private static Receiver receiver;
    private static URI hooks;

    @BeforeAll
    static void begin() {
        ca = new PrivateCa("dns:x.test,dns:hooks.test,dns:id.test");
        proxy = CLUSTER.closeLater(new ForwardProxy());
        x = known("x.test", CLUSTER.x().url().getPort());
        receiver = CLUSTER.closeLater(Receiver.begin());
        hooks = known("hooks.test", receiver.url("/").getPort());
    }

    private static URI known(String name, int port) {
        var front = CLUSTER.closeLater(new TlsFront(ca.server(), port));
        proxy.knows(name, front.port());
        return front.url(name);
    }

    @BeforeEach
    void reset() {
        CLUSTER.x().reset();
        // before the first start the table does not exist
        CLUSTER.database()
                .update("do 'begin if to_regclass(''account'') is not null then delete from account; end if; end'");
        proxy.refuseWith(0);
        proxy.forget();
    }

    private static Map<String, String> settings() {
        var settings = CLUSTER.settings();
        settings.put("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        settings.put("KEEPER_X_API_URL", x.toString());
        settings.put("KEEPER_HTTP_PROXY", proxy.setting());
        settings.put("NO_PROXY", "elsewhere.example,10.0.0.0/8");
        settings.put("KEEPER_TRUST_CERTIFICATES", ca.certificate().toString());
        return settings;
    }

    private static Map<String, String> settings(String name, String value) {
        var settings = settings();
        settings.put(name, value);
        return settings;
    }

    private static Api.Reply lastErrorOf(KeeperProcess keeper) {
        keeper.api().importDue(List.of(CLUSTER.x().issueGrant(ME)));
        var refused = keeper.api().token(ME);
        assertThat(refused.status()).as(refused.http().body()).isEqualTo(503);
        return keeper.api().account(ME);
    }

    private static String detail(Api.Reply account) {
        return account.json().path("last_error").path("detail").asText();
    }

    @Test
    void everythingThatLeavesGoesThroughTheProxyAndTrustsThePrivateCa() {
        var provider = CLUSTER.closeLater(OpenIdStandIn.start());
        var id = known("id.test", URI.create(provider.issuer()).getPort());
        var settings = settings();
        settings.put("KEEPER_OPENID_ISSUER", id.toString());
        settings.put("KEEPER_OPENID_CLIENT_ID", OpenIdStandIn.CLIENT_ID);
        settings.put("KEEPER_OPENID_CLIENT_SECRET", OpenIdStandIn.CLIENT_SECRET);
        settings.put("KEEPER_OPENID_OPERATORS", "alice@example.com");
        var keeper = CLUSTER.start(settings);
        var api = keeper.api();

        // refresh, users/me, /x/ and revoke: only the proxy can resolve X's name, so none of them can bypass it
        var grant = CLUSTER.x().issueGrant(ME);
        assertThat(api.send(
                                "POST",
                                "/api/v1/accounts/import?verify=true",
                                "application/x-ndjson",
                                "{\"x_user_id\":\"%s\",\"refresh_token\":\"%s\"}".formatted(ME, grant.refreshToken()))
                        .status())
                .isEqualTo(200);
        assertThat(api.token(ME).status()).isEqualTo(200);
        assertThat(CLUSTER.x().ledger().refreshes(ME)).isPositive();
        assertThat(api.get("/api/v1/accounts/" + ME + "/x/2/users/me").status()).isEqualTo(200);
        assertThat(CLUSTER.x().ledger().calls(Endpoint.ME)).isPositive();
        assertThat(api.get("/api/v1/accounts/" + ME + "/x/2/echo").header("Keeper-Answered-By"))
                .isEqualTo("x");
        assertThat(api.delete("/api/v1/accounts/" + ME).status()).isEqualTo(204);
        await("the revocation")
                .atMost(PATIENCE)
                .until(() -> CLUSTER.x().ledger().calls(Endpoint.REVOKE) > 0);
        assertThat(proxy.targets()).contains("CONNECT " + x.getAuthority());

        var webhook = api.post("/api/v1/webhooks", "{\"url\":\"" + hooks.resolve("/in") + "\"}");
        assertThat(webhook.status()).as(webhook.http().body()).isEqualTo(201);
        api.post("/api/v1/webhooks/" + webhook.text("id") + "/test");
        await("the message")
                .atMost(PATIENCE)
                .until(() -> !receiver.received("/in").isEmpty());
        assertThat(proxy.targets()).contains("CONNECT " + hooks.getAuthority());

        var asked = HttpBrowser.location(new HttpBrowser(keeper).open("/sign-in/openid"));
        assertThat(asked.toString()).startsWith(provider.issuer() + "/authorize");
        assertThat(proxy.targets()).contains("CONNECT " + id.getAuthority());

        var doctor = KeeperCommand.run(settings, "doctor", "--probe-credentials");
        assertThat(doctor.out())
                .contains(x + " answers", "X knows this app", id + " answers")
                .doesNotContain(ForwardProxy.PASSWORD, "FAIL");
        assertThat(proxy.refused()).isEmpty();
        assertThat(keeper.log()).doesNotContain(ForwardProxy.PASSWORD, "p$$%20w");
    }

    @Test
    void whatTheProxyDoesNotLetThroughWasNotSentAndIsToldByName() {
        try (var keeper = KeeperProcess.start(settings("KEEPER_HTTP_PROXY", proxy.settingWithWrongPassword()))) {
            assertThat(detail(lastErrorOf(keeper))).contains(ConnectFailure.PROXY_CREDENTIALS.words());
            assertThat(CLUSTER.x().ledger().refreshes(ME)).isZero();
            assertThat(proxy.refused()).contains("CONNECT " + x.getAuthority());
            assertThat(keeper.log()).contains("KEEPER_HTTP_PROXY").doesNotContain("wrong-word");
        }
        // the grant is still valid
        try (var keeper = KeeperProcess.start(settings())) {
            CLUSTER.database().update("update account set next_refresh_at = now()");
            await("the token")
                    .atMost(PATIENCE)
                    .until(() -> keeper.api().token(ME).status() == 200);
            assertThat(CLUSTER.x().ledger().refreshes(ME)).isEqualTo(1);

            // an access token is cached, so it is the call itself that fails
            proxy.refuseWith(403);
            var call = keeper.api().get("/api/v1/accounts/" + ME + "/x/2/echo");
            assertThat(call.status()).isEqualTo(502);
            assertThat(call.text("detail")).contains("X was not asked", ConnectFailure.PROXY_REFUSED.words());
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsCalledThatEverywhere() {
        var settings = settings("KEEPER_TRUST_CERTIFICATES", "");
        try (var keeper = KeeperProcess.start(settings)) {
            var words = ConnectFailure.CERTIFICATE_UNTRUSTED.words();
            assertThat(words).contains("KEEPER_TRUST_CERTIFICATES");
            assertThat(detail(lastErrorOf(keeper))).contains(words);
            assertThat(keeper.log()).contains(words);
            assertThat(CLUSTER.x().ledger().refreshes(ME)).isZero();

            var api = keeper.api();
            var grant = CLUSTER.x().issueGrant("783214");
            api.send(
                    "POST",
                    "/api/v1/accounts/import",
                    "application/x-ndjson",
                    "{\"x_user_id\":\"783214\",\"refresh_token\":\"%s\",\"access_token\":\"%s\",\"expires_at\":%d}"
                            .formatted(
                                    grant.refreshToken(),
                                    grant.accessToken(),
                                    Instant.now().plusSeconds(grant.expiresIn()).getEpochSecond()));
            var call = api.get("/api/v1/accounts/783214/x/2/echo");
            assertThat(call.status()).as(call.http().body()).isEqualTo(502);
            assertThat(call.text("detail")).contains("X was not asked", words);

            var webhook = api.post("/api/v1/webhooks", "{\"url\":\"" + hooks.resolve("/untrusted") + "\"}");
            var deliveries = "/api/v1/webhooks/" + webhook.text("id") + "/deliveries";
            api.post("/api/v1/webhooks/" + webhook.text("id") + "/test");
            await("the try")
                    .atMost(PATIENCE)
                    .until(() -> api.get(deliveries).http().body().contains(words));

            assertThat(KeeperCommand.run(settings, "doctor").out()).contains("FAIL", words);
        }
    }

    @Test
    void noProxyIsReachedDirectly() {
        var settings = settings("NO_PROXY", "127.0.0.0/8");
        settings.put("KEEPER_X_API_URL", CLUSTER.x().url().toString());
        try (var keeper = KeeperProcess.start(settings)) {
            keeper.api().importDue(List.of(CLUSTER.x().issueGrant(ME)));
            assertThat(keeper.api().token(ME).status()).isEqualTo(200);
            assertThat(keeper.api().get("/api/v1/accounts/" + ME + "/x/2/echo").status())
                    .isEqualTo(200);
            assertThat(proxy.targets()).isEmpty();
        }
    }

    @Test
    void plainHttpGoesThroughTheProxyTooAndPrivateAddressesStayRefused() {
        var settings = settings("KEEPER_X_API_URL", CLUSTER.x().url().toString());
        try (var keeper = KeeperProcess.start(settings)) {
            keeper.api().importDue(List.of(CLUSTER.x().issueGrant(ME)));
            assertThat(keeper.api().token(ME).status()).isEqualTo(200);
            assertThat(keeper.api().get("/api/v1/accounts/" + ME + "/x/2/echo").status())
                    .isEqualTo(200);
            assertThat(proxy.targets())
                    .contains(
                            "POST " + CLUSTER.x().url().getAuthority(),
                            "GET " + CLUSTER.x().url().getAuthority());
            proxy.forget();
            assertThat(keeper.api()
                            .post("/api/v1/webhooks", "{\"url\":\"https://127.0.0.1:" + hooks.getPort() + "/\"}")
                            .status())
                    .isEqualTo(400);
            assertThat(proxy.targets()).isEmpty();
        }
    }
}
