package io.xtokenkeeper.grants;

import static io.xtokenkeeper.grants.StrictCluster.answers;
import static io.xtokenkeeper.grants.StrictCluster.async;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.Sleep;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code KEEPER_REFRESH_RATE}: one rate for all replicas, which callers may exceed. */
class RefreshRateIT {
    /** One second for the bucket's content, and two for calls that are sent later than they were allowed. */
    private static final int BURST_SECONDS = 3;

    private record Sample(long nanos, long calls) {
        double secondsUntil(Sample later) {
            return Math.max(0, later.nanos - nanos) / 1e9;
        }
    }

    @RegisterExtension
    static final StrictCluster CLUSTER = StrictCluster.forEachTest();

    @Test
    void twoReplicasKeepOneRate() {
        var rate = 5;
        var due = 60;
        var one = CLUSTER.start("KEEPER_REFRESH_RATE", Integer.toString(rate));
        CLUSTER.start("KEEPER_REFRESH_RATE", Integer.toString(rate));
        var grants = CLUSTER.grants(due);
        one.api().importDue(grants);

        var samples = new ArrayList<Sample>();
        await("all are refreshed").atMost(StrictCluster.PATIENCE).until(() -> {
            samples.add(new Sample(System.nanoTime(), CLUSTER.refreshCalls()));
            return CLUSTER.refreshed() == due;
        });

        for (var begin : samples) {
            for (var end : samples) {
                assertThat(end.calls() - begin.calls())
                        .as("calls in %.1f s", begin.secondsUntil(end))
                        .isLessThanOrEqualTo((long) (rate * (begin.secondsUntil(end) + BURST_SECONDS)));
            }
        }
        CLUSTER.assertNothingLost(one, grants);
        assertThat(CLUSTER.refreshCalls()).isEqualTo(due);
    }

    @Test
    void callersWhoOverdrawTheRateAreAllServedAndTheTimerGoesOnAfterThem() {
        var replica = CLUSTER.start("KEEPER_REFRESH_RATE", "1");
        var asked = CLUSTER.grants(30);
        var due = CLUSTER.grants(3);
        replica.api().importDue(due);
        replica.api().importDue(asked);

        var callers = new ArrayList<CompletableFuture<Api.Reply>>();
        // starting with the last one, so that the scheduler does not refresh it first
        for (var grant : asked.reversed()) {
            callers.add(async(() -> replica.api().token(grant.userId())));
            Sleep.millis(400);
        }

        assertThat(answers(callers)).extracting(Api.Reply::status).containsOnly(200);
        assertThat(replica.log()).doesNotContain("LIMIT must not be negative", "Cannot claim due accounts");
        await("the timer's are refreshed")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> CLUSTER.refreshed() == asked.size() + due.size());
        CLUSTER.assertNothingLost(replica, due);
    }
}
