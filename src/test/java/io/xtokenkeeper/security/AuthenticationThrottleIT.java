package io.xtokenkeeper.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Invalid keys are limited by the address they come from, and only there; forwarding headers count only if a trusted proxy
 * sent them.
 */
class AuthenticationThrottleIT {
    private static final int A_MINUTE = 5;
    private static final String FORWARDED = "X-Forwarded-For";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static KeeperProcess keeper(String proxies) {
        var settings = CLUSTER.settings();
        settings.put("KEEPER_WRONG_KEYS", Integer.toString(A_MINUTE));
        settings.put("KEEPER_TRUSTED_PROXIES", proxies);
        settings.put("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        return CLUSTER.start(settings);
    }

    @Test
    void tooManyAreRefusedWhateverTheySayOfTheirAddressAndGoodKeysGoOn() {
        try (var keeper = keeper("")) {
            var api = keeper.api();
            var fresh = api.post("/api/v1/keys", "{\"name\":\"fresh\",\"rights\":[\"read\"]}")
                    .text("key");
            for (var i = 0; i < A_MINUTE; i++) {
                assertThat(call(keeper, "wrong-" + i, "203.0.113." + i).statusCode())
                        .isEqualTo(401);
            }

            var refused = api.with("wrong").get("/api/v1/accounts");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
            assertThat(call(keeper, "wrong", "203.0.113.77").statusCode()).isEqualTo(429);

            assertThat(api.get("/api/v1/accounts").status())
                    .as("it was good from here before")
                    .isEqualTo(200);
            assertThat(api.with(fresh).get("/api/v1/accounts").status())
                    .as("nobody knows yet that it is good")
                    .isEqualTo(429);
            assertThat(api.with("").get("/api/v1/accounts").status())
                    .as("no key is no wrong key")
                    .isEqualTo(401);

            var browser = new HttpBrowser(keeper);
            var signIn = browser.signIn("wrong");
            assertThat(signIn.statusCode()).isEqualTo(429);
            assertThat(signIn.headers().firstValue("Retry-After")).isPresent();
            assertThat(browser.signIn(KeeperProcess.ADMIN_KEY).statusCode()).isEqualTo(303);
            assertThat(keeper.log()).doesNotContain("203.0.113.");
        }
    }

    @Test
    void behindANamedProxyEachClientHasItsOwnTriesAndItsOwnAddressInTheEvents() {
        try (var keeper = keeper("127.0.0.0/8")) {
            for (var i = 0; i < A_MINUTE; i++) {
                // the first address is what the client claims; the proxy appends the one it saw
                assertThat(call(keeper, "wrong", i + ".6.6.6, 203.0.113.9").statusCode())
                        .isEqualTo(401);
            }
            assertThat(call(keeper, "wrong", "8.8.8.8, 203.0.113.9").statusCode())
                    .isEqualTo(429);
            assertThat(call(keeper, "wrong", "203.0.113.10").statusCode()).isEqualTo(401);

            var browser = new HttpBrowser(keeper);
            var token = HttpBrowser.formToken(browser.open("/sign-in"));
            var form = HttpBrowser.encoded(Map.of("csrf-token", token, "key", KeeperProcess.ADMIN_KEY));
            browser.post("/sign-in", "application/x-www-form-urlencoded", form, FORWARDED, "203.0.113.11");
            assertThat(CLUSTER.database().query("select address from audit_event where type = 'operator.signed_in'"))
                    .contains("203.0.113.11");
        }
    }

    private static HttpResponse<String> call(KeeperProcess keeper, String key, String forwardedFor) {
        return new HttpBrowser(keeper)
                .open("/api/v1/accounts", Map.of("Authorization", "Bearer " + key, FORWARDED, forwardedFor));
    }
}
