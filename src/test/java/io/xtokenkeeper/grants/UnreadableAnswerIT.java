package io.xtokenkeeper.grants;

import static io.xtokenkeeper.grants.StrictCluster.assertRetry;
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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** X rotates and responds 200 in ways that are unusual, or of no use. */
class UnreadableAnswerIT {
    private static final int CONCURRENCY = 4;
    /** The consecutive failures that open the circuit breaker, what two replicas have in flight by then, and a probe. */
    private static final int FEW = 4 + 2 * CONCURRENCY + 1;

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
        return CLUSTER.start(
                "KEEPER_REFRESH_CONCURRENCY", Integer.toString(CONCURRENCY),
                "KEEPER_REFRESH_TIMEOUT", "2s",
                "KEEPER_REFRESH_LEASE", "12s");
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "BOM", "ODD_CONTENT_TYPE"})
    void whatHttpAllowsIsRead(Fault fault) {
        var grant = CLUSTER.grant();
        CLUSTER.x().update(switches -> switches.withFault(Endpoint.REFRESH, fault));
        one.api().importDue(List.of(grant));

        CLUSTER.assertNothingLost(other, List.of(grant));
        assertThat(CLUSTER.refreshCalls()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_TOKEN_TYPE", "EMPTY_TOKEN_TYPE"})
    void theRefreshTokenIsKeptWhereTheAccessTokenCannotBeUsed(Fault fault) {
        var grant = CLUSTER.grant();
        CLUSTER.x().update(switches -> switches.withFault(Endpoint.REFRESH, FaultRule.once(fault)));
        one.api().importDue(List.of(grant));
        await("the first answer").atMost(StrictCluster.PATIENCE).until(() -> CLUSTER.refreshCalls() == 1);
        CLUSTER.untilCallsAtX(0);

        await("a token").atMost(StrictCluster.PATIENCE).until(() -> {
            var reply = other.api().token(grant.userId());
            if (reply.status() != 200) {
                assertRetry(reply);
            }
            return reply.status() == 200;
        });
        CLUSTER.assertNothingLost(one, List.of(grant));
        assertThat(CLUSTER.refreshCalls()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"BROKEN_JSON", "EMPTY"})
    void anXThatChangesItsFormatCostsAFewGrantsAndNotAll(Fault fault) {
        var grants = CLUSTER.grants(100);
        CLUSTER.x().update(switches -> switches.withFault(Endpoint.REFRESH, fault));
        one.api().importDue(grants);
        await("the pause")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> !StrictCluster.health(one, "state").equals("going")
                        || CLUSTER.x().ledger().lostAnswers() == grants.size());
        Sleep.millis(10_000); // ten runs of the scheduler
        // the beginning of a JSON object may contain all required members
        var unreadable = CLUSTER.x().ledger().lostAnswers() - CLUSTER.refreshed();
        assertThat(unreadable).as("rotations whose answer could not be read").isLessThanOrEqualTo(FEW);
        CLUSTER.x().update(switches -> switches.withoutFaults());

        await("all are refreshed or lost")
                .atMost(Duration.ofSeconds(150))
                .until(() -> CLUSTER.refreshed() + CLUSTER.lost() == grants.size());

        assertThat(CLUSTER.lost()).isLessThanOrEqualTo(unreadable);
        for (var replica : List.of(one, other)) {
            await("the end of the pause")
                    .atMost(StrictCluster.PATIENCE)
                    .until(() -> StrictCluster.health(replica, "state").equals("going"));
        }
        assertThat(CLUSTER.x().ledger().doubleSpends() - CLUSTER.x().ledger().excusedDoubleSpends())
                .as("spent twice without need")
                .isZero();
    }
}
