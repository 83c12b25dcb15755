package io.xtokenkeeper.grants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** X responds 429 with a reset that is nearly a day ahead. */
class RateLimitIT {
    private static final Duration RESET = Duration.ofHours(20);

    @RegisterExtension
    static final StrictCluster CLUSTER = StrictCluster.forEachTest();

    private static KeeperProcess replica;

    @BeforeAll
    static void start() {
        replica = CLUSTER.start();
    }

    @Test
    void aProbeFindsOutThatXTakesCallsAgainLongBeforeTheReset() {
        var grants = CLUSTER.grants(10);
        CLUSTER.x()
                .update(switches ->
                        switches.withRateLimitReset(RESET).withFault(Endpoint.REFRESH, Fault.RATE_LIMITED_429));
        replica.api().importDue(grants);
        await("the pause")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> StrictCluster.health(replica, "state").startsWith("rate limited"));
        Sleep.millis(3_000);
        assertThat(CLUSTER.refreshCalls())
                .as("all that were sent before the first 429 came in")
                .isLessThanOrEqualTo(10);
        var before = CLUSTER.refreshCalls();
        CLUSTER.x().update(switches -> switches.withoutFaults());

        bringTheNextProbeForward();
        await("all are refreshed").atMost(StrictCluster.PATIENCE).until(() -> CLUSTER.refreshed() == grants.size());

        assertThat(CLUSTER.refreshCalls() - before).isEqualTo(grants.size());
        assertThat(StrictCluster.health(replica, "state")).isEqualTo("going");
        CLUSTER.assertNothingLost(replica, grants);
    }

    /** The replica that has accounts to refresh gets the 429; the other one hears of it through the database. */
    @Test
    void twoReplicasShareOnePauseAndItsEnd() {
        var other = CLUSTER.start();
        var grants = CLUSTER.grants(10);
        CLUSTER.x()
                .update(switches ->
                        switches.withRateLimitReset(RESET).withFault(Endpoint.REFRESH, Fault.RATE_LIMITED_429));
        replica.api().importDue(grants);
        assertBothAre("rate limited", other);
        Sleep.millis(3_000);
        var before = CLUSTER.refreshCalls();
        // the other replica may have begun before it noticed the pause: each account once by each, and a probe by each
        assertThat(before).as("calls before the pause was shared").isLessThanOrEqualTo(2L * grants.size() + 2);

        for (var each : List.of(replica, other)) {
            var refused = each.api().refresh(grants.getFirst().userId());
            StrictCluster.assertRetry(refused);
        }
        Sleep.millis(3_000);
        assertThat(CLUSTER.refreshCalls())
                .as("neither replica calls X, but for one probe")
                .isLessThanOrEqualTo(before + 1);

        CLUSTER.x().update(switches -> switches.withoutFaults());
        bringTheNextProbeForward();
        await("all are refreshed").atMost(StrictCluster.PATIENCE).until(() -> CLUSTER.refreshed() == grants.size());
        assertBothAre("going", other);
        CLUSTER.assertNothingLost(other, grants);
    }

    /** X rejects the app of both: one probe at a time, whichever replica sends it. */
    @Test
    void twoReplicasShareThePauseOfAnAppThatXRejects() {
        var other = CLUSTER.start();
        var grants = CLUSTER.grants(10);
        CLUSTER.x().update(switches -> switches.withFault(Endpoint.REFRESH, Fault.WRONG_SECRET));
        other.api().importDue(grants);
        assertBothAre("app refused", other);

        Sleep.millis(5_000);
        var before = CLUSTER.refreshCalls();
        Sleep.millis(5_000);
        assertThat(CLUSTER.refreshCalls() - before)
                .as("probes of both within five seconds")
                .isLessThanOrEqualTo(2);
        assertThat(CLUSTER.database().count("audit_event where type = 'app.misconfigured'"))
                .isOne();

        CLUSTER.x().update(switches -> switches.withoutFaults());
        bringTheNextProbeForward();
        await("all are refreshed").atMost(StrictCluster.PATIENCE).until(() -> CLUSTER.refreshed() == grants.size());
        assertBothAre("going", other);
        CLUSTER.assertNothingLost(replica, grants);
    }

    /** The first probe is due a minute after the pause began. */
    private static void bringTheNextProbeForward() {
        assertThat(CLUSTER.database().update("update app_state set paused_until = now() where paused_until > now()"))
                .isEqualTo(1);
    }

    private static void assertBothAre(String state, KeeperProcess other) {
        for (var each : List.of(replica, other)) {
            await(state)
                    .atMost(StrictCluster.PATIENCE)
                    .until(() -> StrictCluster.health(each, "state").startsWith(state));
        }
    }

    @Test
    void aLimitOfOneUserConcernsNoOther() {
        CLUSTER.x().update(switches -> switches.withAccessTokenLife(Duration.ofSeconds(6)));
        var limited = CLUSTER.grant();
        var others = CLUSTER.grants(9);
        replica.api().importDue(List.of(limited));
        replica.api().importDue(others);
        await("all are refreshed").atMost(StrictCluster.PATIENCE).until(() -> CLUSTER.refreshed() == 10);
        CLUSTER.x()
                .update(switches -> switches.withFault(
                        Endpoint.REFRESH,
                        FaultRule.always(Fault.RATE_LIMITED_429)
                                .resettingIn(RESET)
                                .forUsers(limited.userId())));
        await("the first 429")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> CLUSTER.x().ledger().calls(Endpoint.REFRESH, "rate_limited_429") > 0);
        var before = CLUSTER.x().ledger().refreshes();

        await("four more refreshes of each of the others")
                .atMost(Duration.ofSeconds(45))
                .until(() -> others.stream()
                        .allMatch(grant ->
                                CLUSTER.x().ledger().refreshes(grant.userId()) >= before.get(grant.userId()) + 4));

        assertThat(CLUSTER.x().ledger().calls(Endpoint.REFRESH, "rate_limited_429"))
                .isLessThan(10);
        assertThat(CLUSTER.lost()).isZero();
        assertThat(CLUSTER.x().ledger().doubleSpends()).isZero();
    }
}
