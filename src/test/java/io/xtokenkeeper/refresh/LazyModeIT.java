package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Lazy mode over months, with the default keep-alive of 30 days. The service follows the database's clock, which cannot be
 * set, so the times of the account are moved into the past instead: for the service that is the same.
 */
class LazyModeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration KEEPALIVE = Duration.ofDays(30);
    private static final Duration MAX_JITTER = KEEPALIVE.dividedBy(3);
    /** Several runs of the scheduler, which looks for due accounts every second. */
    private static final Duration SEVERAL_RUNS = Duration.ofSeconds(4);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static TestPostgres database;
    private static Sandbox x;
    private static KeeperProcess keeper;
    private static Api api;

    @BeforeAll
    static void begin() {
        database = CLUSTER.database();
        x = CLUSTER.x();
        keeper = CLUSTER.start("KEEPER_REFRESH_MODE", "lazy", "KEEPER_CONSENT_OPEN", "true");
        api = keeper.api();
    }

    private static void connect(String id) {
        assertThat(new HttpBrowser(keeper).consent(id, "").statusCode()).isEqualTo(303);
    }

    private static void letPass(String interval, String id) {
        database.update("""
                update account set refreshed_at = refreshed_at - age, access_expires_at = access_expires_at - age,
                       next_refresh_at = next_refresh_at - age, connected_at = connected_at - age
                  from (select interval '%s' as age) moved where id = '%s'""".formatted(interval, id));
    }

    private static Instant time(String id, String field) {
        return Instant.parse(api.account(id).text(field));
    }

    private static void assertIsNotRefreshed(String id, long refreshes) {
        Sleep.millis(SEVERAL_RUNS.toMillis());
        assertThat(x.ledger().refreshes(id)).isEqualTo(refreshes);
    }

    @Test
    void anUnusedAccountIsRefreshedOnceAMonthAndNotEveryTwoHours() {
        connect("701");
        var issued = time("701", "refreshed_at");
        assertThat(time("701", "next_refresh_at"))
                .isBetween(issued.plus(KEEPALIVE).minus(MAX_JITTER), issued.plus(KEEPALIVE));
        assertThat(time("701", "refresh_token_good_until")).isEqualTo(issued.plus(Duration.ofDays(180)));

        letPass("3 hours", "701");
        assertIsNotRefreshed("701", 0);
        letPass("19 days", "701");
        assertIsNotRefreshed("701", 0);
        assertThat(time("701", "refreshed_at")).isBefore(Instant.now().minus(Duration.ofDays(19)));

        letPass("11 days", "701");
        await("the keep-alive").atMost(PATIENCE).until(() -> x.ledger().refreshes("701") == 1);
        await("it is saved")
                .atMost(PATIENCE)
                .until(() -> time("701", "refreshed_at").isAfter(Instant.now().minus(Duration.ofMinutes(5))));
        assertThat(api.account("701").text("status")).isEqualTo("ACTIVE");
        assertThat(time("701", "next_refresh_at")).isAfter(Instant.now().plus(Duration.ofDays(19)));
        assertIsNotRefreshed("701", 1);
    }

    /** Each time the refresh token is younger than 31 days, so it never comes near the end of its six months. */
    @Test
    void anUnusedAccountIsKeptAliveForAYear() {
        connect("702");
        for (var month = 1; month <= 13; month++) {
            var refreshes = month;
            letPass("30 days", "702");
            assertThat(time("702", "refresh_token_good_until"))
                    .isAfter(Instant.now().plus(Duration.ofDays(149)));
            await("month " + month).atMost(PATIENCE).until(() -> x.ledger().refreshes("702") == refreshes);
            await("it is saved")
                    .atMost(PATIENCE)
                    .until(() ->
                            time("702", "refreshed_at").isAfter(Instant.now().minus(Duration.ofMinutes(5))));
        }
        assertThat(x.ledger().doubleSpends()).isZero();
        assertThat(x.ledger().isLive(api.token("702").text("access_token"))).isTrue();
    }

    @Test
    void aCallerGetsAFreshTokenWheneverItAsks() {
        connect("703");
        assertThat(api.token("703").status()).isEqualTo(200);
        assertThat(x.ledger().refreshes("703")).isZero();

        letPass("3 hours", "703");
        await("the change reaches the cache, within a second").atMost(PATIENCE).until(() -> {
            api.token("703");
            return x.ledger().refreshes("703") == 1;
        });

        var token = api.token("703");
        assertThat(token.status()).isEqualTo(200);
        assertThat(token.json().path("expires_in").asLong()).isGreaterThan(7_000);
        assertThat(x.ledger().isLive(token.text("access_token"))).isTrue();
        assertThat(time("703", "next_refresh_at"))
                .as("the keep-alive begins again")
                .isAfter(Instant.now().plus(Duration.ofDays(19)));
    }
}
