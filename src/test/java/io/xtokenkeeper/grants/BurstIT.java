package io.xtokenkeeper.grants;

import static io.xtokenkeeper.grants.StrictCluster.answers;
import static io.xtokenkeeper.grants.StrictCluster.assertTokenOrRetry;
import static io.xtokenkeeper.grants.StrictCluster.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.KeeperProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More callers at once than there are connections to X. */
class BurstIT {
    private static final int CALLERS = 60;

    @RegisterExtension
    static final StrictCluster CLUSTER = StrictCluster.forEachTest();

    @Test
    void noGrantIsLostWhereCallersWaitForAConnection() {
        var replica = CLUSTER.start(
                "KEEPER_REFRESH_MODE", "lazy",
                "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER,
                "KEEPER_REFRESH_CONCURRENCY", "1",
                "KEEPER_REFRESH_TIMEOUT", "2s",
                "KEEPER_REFRESH_LEASE", "12s");
        var grants = CLUSTER.grants(CALLERS);
        replica.api().importDue(grants);
        CLUSTER.x().update(switches -> switches.withLatency(Duration.ofMillis(1_200)));

        var replies = answers(tokens(replica.api(), grants));

        await("what was claimed is saved")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> CLUSTER.accounts("lease_owner is not null") == 0);
        assertThat(replies).allSatisfy(StrictCluster::assertTokenOrRetry);
        var sent = CLUSTER.refreshCalls();
        var claimed = CLUSTER.accounts("fence > 0");

        CLUSTER.x().update(switches -> switches.withLatency(Duration.ZERO));
        grants.forEach(grant -> askUntilAnswered(replica, grant));
        CLUSTER.assertNothingLost(replica, grants);
        assertThat(claimed).as("claimed, and sent to X").isEqualTo(sent).isLessThan(CALLERS);
        assertThat(CLUSTER.refreshCalls()).isEqualTo(CALLERS);
    }

    private static void askUntilAnswered(KeeperProcess replica, SeededGrant grant) {
        await("a token").atMost(StrictCluster.PATIENCE).until(() -> {
            var reply = replica.api().token(grant.userId());
            if (reply.status() == 409) {
                // a lost grant: the assertions over all callers report how many
                return true;
            }
            assertTokenOrRetry(reply);
            return reply.status() == 200;
        });
    }
}
