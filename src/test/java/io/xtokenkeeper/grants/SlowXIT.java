package io.xtokenkeeper.grants;

import static io.xtokenkeeper.grants.StrictCluster.answers;
import static io.xtokenkeeper.grants.StrictCluster.assertRetry;
import static io.xtokenkeeper.grants.StrictCluster.async;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.testkit.KeeperProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** X rotates at once and responds long after the timeout, but within the lease. */
class SlowXIT {
    private static final Duration ANSWER = Duration.ofSeconds(5);

    @RegisterExtension
    static final StrictCluster CLUSTER = StrictCluster.forEachTest();

    private static KeeperProcess one;
    private static KeeperProcess other;

    @BeforeAll
    static void start() {
        one = replica();
        other = replica();
    }

    private static KeeperProcess replica() {
        return CLUSTER.start("KEEPER_REFRESH_TIMEOUT", "2s", "KEEPER_REFRESH_LEASE", "12s");
    }

    @BeforeEach
    void slow() {
        CLUSTER.x()
                .update(switches -> switches.withFault(
                        Endpoint.REFRESH, FaultRule.once(Fault.SLOW).delayedBy(ANSWER)));
    }

    @Test
    void callersOfTwoReplicasAreSentAwayInTimeAndGetTheTokenLater() {
        var grant = CLUSTER.grant();
        one.api().importDue(List.of(grant));
        CLUSTER.untilCallsAtX(1);
        var begin = System.nanoTime();

        var replies = answers(Stream.of(one, other)
                .map(replica -> async(() -> replica.api().token(grant.userId())))
                .toList());

        assertThat(replies).allSatisfy(StrictCluster::assertRetry);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
        for (var replica : List.of(one, other)) {
            await("the token").atMost(StrictCluster.PATIENCE).until(() -> {
                var reply = replica.api().token(grant.userId());
                if (reply.status() != 200) {
                    assertRetry(reply);
                }
                return reply.status() == 200;
            });
        }
        CLUSTER.assertNothingLost(other, List.of(grant));
        assertThat(CLUSTER.refreshCalls()).isEqualTo(1);
    }

    @Test
    void theTimersRefreshIsSavedThoughItsAnswerIsLate() {
        var grants = CLUSTER.grants(3);
        CLUSTER.x()
                .update(switches -> switches.withFault(
                        Endpoint.REFRESH,
                        FaultRule.times(Fault.SLOW, grants.size()).delayedBy(ANSWER)));
        one.api().importDue(grants);

        await("all are refreshed or lost")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> CLUSTER.refreshed() + CLUSTER.lost() == grants.size());

        CLUSTER.assertNothingLost(one, grants);
        assertThat(CLUSTER.refreshCalls()).isEqualTo(grants.size());
    }
}
