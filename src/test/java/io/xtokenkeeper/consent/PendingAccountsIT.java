package io.xtokenkeeper.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Grants that are stored although X did not return whose they are, with two replicas. */
class PendingAccountsIT {
    private static final AtomicInteger PEOPLE = new AtomicInteger(4_000);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static TestPostgres database;
    private static Sandbox x;
    private static KeeperProcess keeper;
    private static KeeperProcess other;
    private static Api api;

    private final String user = Integer.toString(PEOPLE.incrementAndGet());
    private final HttpBrowser browser = new HttpBrowser(keeper);

    @BeforeAll
    static void begin() {
        database = CLUSTER.database();
        x = CLUSTER.x();
        keeper = CLUSTER.start("KEEPER_CONSENT_OPEN", "true", "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        other = CLUSTER.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        api = keeper.api();
    }

    @BeforeEach
    void reset() {
        x.reset();
        database.update("delete from account");
        database.update("delete from revocation");
    }

    /** Performs a consent at which users/me fails, and returns the provisional id. */
    private String pending(Fault fault) {
        x.update(switches -> switches.withFault(Endpoint.ME, FaultRule.once(fault)));
        var page = HttpBrowser.location(browser.consent(user, ""));
        var id = page.getQuery().replace("account=", "");
        assertThat(id).startsWith("pending-");
        return id;
    }

    private void waitUntilMerged(String pending) {
        await(pending + " is merged")
                .atMost(PATIENCE)
                .until(() -> api.account(pending).status() == 404);
    }

    @Test
    void xIsAskedAgainWhenItsLimitEnds() {
        x.update(switches -> switches.withRateLimitReset(Duration.ofSeconds(2)));
        var pending = pending(Fault.RATE_LIMITED_429);
        var token = api.token(pending).text("access_token");

        waitUntilMerged(pending);

        assertThat(api.account(user).text("status")).isEqualTo("ACTIVE");
        assertThat(api.account(user).text("username")).isNotEmpty();
        assertThat(api.token(user).text("access_token")).isEqualTo(token);
        assertThat(x.ledger().calls(Endpoint.ME)).as("both replicas together").isEqualTo(2);
        assertThat(x.ledger().calls(Endpoint.REVOKE)).isZero();
        assertThat(database.query("select detail from audit_event where type = 'account.connected' and account_id = '"
                        + user + "'"))
                .singleElement()
                .asString()
                .contains(pending);
        assertThat(browser.open("/oauth/connected?account=" + user).statusCode())
                .as("the browser that consented sees its account")
                .isEqualTo(200);
        assertThat(api.refresh(user).status())
                .as("its refresh token is readable")
                .isEqualTo(200);
    }

    @Test
    void itIsAskedOnceAnHourAndTenTimesAtTheMost() {
        var pending = pending(Fault.NOT_ENROLLED_403);
        x.update(switches -> switches.withFault(Endpoint.ME, Fault.NOT_ENROLLED_403));
        Sleep.millis(11_000);
        assertThat(x.ledger().calls(Endpoint.ME)).as("within the first hour").isEqualTo(1);

        database.update("update account set profile_next_try_at = now(), profile_tries = 8");
        await("it is asked").atMost(PATIENCE).until(() -> x.ledger().calls(Endpoint.ME) == 2);
        database.update("update account set profile_next_try_at = now()");
        await("it is asked for the tenth time")
                .atMost(PATIENCE)
                .until(() -> x.ledger().calls(Endpoint.ME) == 3);
        database.update("update account set profile_next_try_at = now()");
        Sleep.millis(11_000);
        assertThat(x.ledger().calls(Endpoint.ME)).isEqualTo(3);
        assertThat(api.token(pending).status()).isEqualTo(200);
    }

    @Test
    void aCallersOwnUsersMeSaysWhoseItIs() {
        var pending = pending(Fault.NOT_ENROLLED_403);

        var me = other.api().get("/api/v1/accounts/" + pending + "/x/2/users/me");
        assertThat(me.status()).isEqualTo(200);
        assertThat(me.json().path("data").path("id").asText()).isEqualTo(user);

        waitUntilMerged(pending);
        assertThat(api.token(user).status()).isEqualTo(200);
        assertThat(x.ledger().calls(Endpoint.ME))
                .as("of ours, and the caller's")
                .isEqualTo(2);
    }

    @Test
    void ofTwoConsentsOfOnePersonTheLaterOneStays() {
        assertThat(browser.consent(user, "").statusCode()).isEqualTo(303);
        x.update(switches -> switches.withRateLimitReset(Duration.ofSeconds(2)));
        var pending = pending(Fault.RATE_LIMITED_429);
        var token = api.token(pending).text("access_token");

        waitUntilMerged(pending);

        assertThat(api.token(user).text("access_token")).isEqualTo(token);
        assertThat(x.ledger().isLive(token)).isTrue();
        assertThat(x.ledger().calls(Endpoint.REVOKE)).isZero();
        assertThat(database.count("account")).isEqualTo(1);
    }

    @Test
    void anOlderPendingGrantIsDroppedAndNotRevoked() {
        x.update(switches -> switches.withReconsentKillsOldGrant(false));
        var pending = pending(Fault.NOT_ENROLLED_403);
        assertThat(browser.consent(user, "").statusCode()).isEqualTo(303);
        var token = api.token(user).text("access_token");

        other.api().get("/api/v1/accounts/" + pending + "/x/2/users/me");
        waitUntilMerged(pending);

        assertThat(api.token(user).text("access_token")).isEqualTo(token);
        assertThat(x.ledger().calls(Endpoint.REVOKE)).isZero();
        assertThat(database.count("revocation")).isZero();
    }

    @Test
    void aRowThatANewerConsentReplacedAsksForNoConsent() {
        var pending = pending(Fault.NOT_ENROLLED_403);
        assertThat(browser.consent(user, "").statusCode()).isEqualTo(303);
        var before = database.count("audit_event where type = 'account.needs_consent'");

        assertThat(api.refresh(pending).status()).isEqualTo(409);

        assertThat(database.count("audit_event where type = 'account.needs_consent'"))
                .isEqualTo(before);
        assertThat(api.delete("/api/v1/accounts/" + pending).status()).isEqualTo(204);
        assertThat(x.ledger().calls(Endpoint.REVOKE)).isZero();
        assertThat(x.ledger().liveGrants(user)).isEqualTo(1);
    }

    @Test
    void aPendingRowThatNoNewerConsentReplacedAsksForOne() {
        var pending = pending(Fault.NOT_ENROLLED_403);
        x.revokeAtX(user);
        assertThat(api.refresh(pending).status()).isEqualTo(409);
        assertThat(database.query("select type from audit_event where account_id = '" + pending + "'"))
                .contains("account.needs_consent");
    }

    /**
     * With an X at which revoking any token revokes all grants of the user, while a new consent leaves the older ones valid.
     */
    @Test
    void deletingAPendingAccountLeavesThePersonsOtherGrantAlone() {
        x.update(switches -> switches.withReconsentKillsOldGrant(false));
        var pending = pending(Fault.NOT_ENROLLED_403);
        assertThat(browser.consent(user, "").statusCode()).isEqualTo(303);

        assertThat(api.delete("/api/v1/accounts/" + pending).status()).isEqualTo(204);

        assertThat(x.ledger().calls(Endpoint.REVOKE)).isZero();
        assertThat(database.count("revocation")).isZero();
        assertThat(x.ledger().isLive(api.token(user).text("access_token"))).isTrue();
    }

    @Test
    void deletingThePersonsOnlyGrantRevokesIt() {
        var pending = pending(Fault.NOT_ENROLLED_403);

        assertThat(api.delete("/api/v1/accounts/" + pending).status()).isEqualTo(204);

        assertThat(x.ledger().liveGrants(user)).isZero();
        assertThat(List.of(database.count("account"), database.count("revocation")))
                .containsExactly(0L, 0L);
    }
}
