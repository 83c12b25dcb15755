package io.xtokenkeeper.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Revokes grants at an X simulator that requires {@code token_type_hint}. */
class RevocationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
        keeper = CLUSTER.start();
        api = keeper.api();
    }

    @BeforeEach
    void reset() {
        x.reset();
        database.update("delete from revocation");
    }

    private static void connected(String user) {
        api.importDue(List.of(x.issueGrant(user)));
        await("it is refreshed").atMost(PATIENCE).until(() -> x.ledger().refreshes(user) == 1);
        await("it is saved").atMost(PATIENCE).until(() -> api.token(user).status() == 200);
    }

    @Test
    void aDisconnectedAccountsGrantEndsAtX() {
        connected("301");
        x.update(switches -> switches.withRevokeKillsPair(false));
        var token = api.token("301").text("access_token");

        assertThat(api.delete("/api/v1/accounts/301").status()).isEqualTo(204);

        assertThat(x.ledger().liveGrants("301")).isZero();
        assertThat(x.ledger().isLive(token)).as("the access token lives").isFalse();
        assertThat(database.count("revocation")).isZero();
    }

    @Test
    void aTokenThatXCallsInvalidIsRevokedAlready() {
        connected("302");
        x.revokeAtX("302");
        x.update(switches -> switches.withRevokeRefusesUnknownTokens(true));

        api.delete("/api/v1/accounts/302");

        assertThat(database.count("revocation")).isZero();
    }

    @Test
    void anXThatHangsAtRevocationsHoldsUpNoRefresh() {
        x.update(switches -> switches.withFault(Endpoint.REVOKE, Fault.UNAVAILABLE_503));
        for (var i = 310; i < 320; i++) {
            connected(Integer.toString(i));
            api.delete("/api/v1/accounts/" + i);
        }
        x.update(switches -> switches.withFault(Endpoint.REVOKE, Fault.HANG));
        database.update("update revocation set next_try_at = now()");
        await("X is asked to revoke")
                .atMost(PATIENCE)
                .until(() -> database.count("revocation where next_try_at > now()") > 0);

        api.importDue(List.of(x.issueGrant("321")));
        await("a due account is refreshed")
                .atMost(Duration.ofSeconds(8))
                .until(() -> x.ledger().refreshes("321") == 1);
        await("the queue is measured")
                .atMost(PATIENCE)
                .until(() -> metrics().contains("keeper_revocations_waiting 10.0"));

        x.update(switches -> switches.withoutFaults());
        database.update("update revocation set next_try_at = now()");
        await("X has confirmed all").atMost(Duration.ofSeconds(60)).until(() -> {
            database.update("update revocation set next_try_at = now() where next_try_at < now() + interval '1 hour'");
            return database.count("revocation") == 0;
        });
        for (var i = 310; i < 320; i++) {
            assertThat(x.ledger().liveGrants(Integer.toString(i))).isZero();
        }
    }

    @Test
    void whatXNeverConfirmsEndsAfterHalfAYearAlsoWhereItCannotBeDecrypted() {
        x.update(switches -> switches.withFault(Endpoint.REVOKE, Fault.UNAVAILABLE_503));
        connected("303");
        connected("304");
        api.delete("/api/v1/accounts/303");
        api.delete("/api/v1/accounts/304");
        database.update("update revocation set created_at = now() - interval '179 days'");
        database.update("update revocation set refresh_token = '\\x00', created_at = now() - interval '181 days'"
                + " where account_id = '303'");

        await("one is given up").atMost(PATIENCE).until(() -> database.count("revocation") == 1);
        assertThat(database.query("select account_id from revocation")).containsExactly("304");
        assertThat(api.get("/api/v1/events?limit=1000").http().body()).contains("revocation.given_up");
        await("it is said in the log")
                .atMost(PATIENCE)
                .until(() -> keeper.log().contains("Gave up revoking account 303 at X"));
        await("the age of the oldest is measured")
                .atMost(PATIENCE)
                .until(() -> metrics().matches("(?s).*keeper_revocations_oldest_seconds 1\\.54[0-9]*E7.*"));
    }

    private static String metrics() {
        return api.get("/q/metrics").http().body();
    }
}
