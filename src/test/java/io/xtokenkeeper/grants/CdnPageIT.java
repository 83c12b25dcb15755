package io.xtokenkeeper.grants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A CDN responds in place of X, with 403 and a web page. */
class CdnPageIT {
    private static final int GRANTS = 40;
    private static final int CONCURRENCY = 4;

    @RegisterExtension
    static final StrictCluster CLUSTER = StrictCluster.forEachTest();

    private static KeeperProcess replica;

    @BeforeAll
    static void start() {
        replica = CLUSTER.start("KEEPER_REFRESH_CONCURRENCY", Integer.toString(CONCURRENCY));
    }

    @Test
    void afterAFewPagesRefreshingPausesAndResumesByItself() {
        var grants = CLUSTER.grants(GRANTS);
        CLUSTER.x().update(switches -> switches.withFault(Endpoint.REFRESH, Fault.HTML_403));
        replica.api().importDue(grants);
        await("the pause")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> !StrictCluster.health(replica, "state").equals("going"));
        Sleep.millis(5_000); // five runs of the scheduler
        assertThat(CLUSTER.refreshCalls()).as("a few, and what was in flight").isLessThanOrEqualTo(5 + 2 * CONCURRENCY);
        CLUSTER.x().update(switches -> switches.withoutFaults());

        await("all are refreshed").atMost(Duration.ofSeconds(130)).until(() -> CLUSTER.refreshed() == GRANTS);

        assertThat(StrictCluster.health(replica, "state")).isEqualTo("going");
        CLUSTER.assertNothingLost(replica, grants);
    }

    @Test
    void aPageDoesNotEndThePauseThatXAskedFor() {
        CLUSTER.x()
                .update(switches -> switches.withRateLimitReset(Duration.ofHours(20))
                        .withFault(Endpoint.REFRESH, Fault.RATE_LIMITED_429));
        replica.api().importDue(CLUSTER.grants(GRANTS));
        await("the pause")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> StrictCluster.health(replica, "state").startsWith("rate limited"));
        CLUSTER.untilCallsAtX(0);
        CLUSTER.x().update(switches -> switches.withFault(Endpoint.REFRESH, Fault.HTML_403));
        var before = CLUSTER.refreshCalls();

        await("a probe that gets a page").atMost(StrictCluster.PATIENCE).until(() -> {
            CLUSTER.database()
                    .update("update app_state set paused_until = now() - interval '1 second'"
                            + " where paused_until is not null");
            return CLUSTER.refreshCalls() > before;
        });
        Sleep.millis(4_000); // four runs of the scheduler

        assertThat(StrictCluster.health(replica, "state")).isNotEqualTo("going");
        assertThat(CLUSTER.refreshCalls() - before).as("probes").isLessThanOrEqualTo(3);
    }
}
