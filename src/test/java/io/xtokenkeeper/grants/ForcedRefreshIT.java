package io.xtokenkeeper.grants;

import static io.xtokenkeeper.grants.StrictCluster.answers;
import static io.xtokenkeeper.grants.StrictCluster.assertRetry;
import static io.xtokenkeeper.grants.StrictCluster.async;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which refreshes a caller may force, and when: no call shortens a pause, on any replica. */
class ForcedRefreshIT {
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
                "KEEPER_REFRESH_MODE", "lazy",
                "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER,
                "KEEPER_REFRESH_TIMEOUT", "2s",
                "KEEPER_REFRESH_LEASE", "12s");
    }

    private static SeededGrant imported() {
        var grant = CLUSTER.grant();
        one.api().importDue(List.of(grant));
        return grant;
    }

    @Test
    void aSecondForcedRefreshWithinAMinuteIsRefusedByEveryReplica() {
        var grant = imported();
        assertThat(one.api().refresh(grant.userId()).status()).isEqualTo(200);

        for (var replica : List.of(one, other)) {
            var second = replica.api().refresh(grant.userId());
            assertThat(second.status()).isEqualTo(429);
            assertThat(Integer.parseInt(second.header("Retry-After"))).isBetween(1, 60);
            assertThat(second.header("Content-Type")).startsWith("application/problem+json");
            assertThat(second.text("title")).isNotEmpty();
        }
        assertThat(CLUSTER.refreshCalls()).isEqualTo(1);
        assertThat(other.api().token(grant.userId()).status()).isEqualTo(200);
    }

    @Test
    void oneForcedRefreshAMinuteIsOneForEachAccount() {
        for (var grant : List.of(imported(), imported())) {
            assertThat(one.api().refresh(grant.userId()).status()).isEqualTo(200);
        }
    }

    @Test
    void forcedRefreshesAtTheSameTimeAreOne() {
        var grant = imported();
        CLUSTER.x().update(switches -> switches.withLatency(Duration.ofMillis(1_500)));

        var replies = answers(IntStream.range(0, 20)
                .mapToObj(number -> async(() -> one.api().refresh(grant.userId())))
                .toList());

        assertThat(replies).extracting(Api.Reply::status).containsOnly(200);
        assertThat(replies.stream().map(reply -> reply.text("access_token")).distinct())
                .hasSize(1);
        assertThat(CLUSTER.refreshCalls()).isEqualTo(1);
    }

    @Test
    void aCallerAsksXNoSoonerThanXAllows() {
        var grant = imported();
        CLUSTER.x()
                .update(switches -> switches.withRetryAfter(Duration.ofSeconds(120))
                        .withFault(Endpoint.REFRESH, FaultRule.once(Fault.UNAVAILABLE_503)));
        assertRetry(one.api().token(grant.userId()));

        for (var replica : List.of(one, other)) {
            var token = replica.api().token(grant.userId());
            assertRetry(token);
            assertThat(Integer.parseInt(token.header("Retry-After"))).isBetween(60, 180);
            assertRefused(replica.api().refresh(grant.userId()));
        }
        assertThat(CLUSTER.refreshCalls()).isEqualTo(1);
    }

    @Test
    void noCallerShortensThePauseAfterAnAnswerThatNeverCame() {
        var grant = imported();
        CLUSTER.x().update(switches -> switches.withFault(Endpoint.REFRESH, FaultRule.once(Fault.DROP_BEFORE)));

        assertThatNobodyAsksXAgainFor(Duration.ofSeconds(4), grant);

        CLUSTER.x().update(switches -> switches.withoutFaults());
        await("the one more try")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> one.api().token(grant.userId()).status() == 200);
        CLUSTER.assertNothingLost(other, List.of(grant));
    }

    @Test
    void noCallerAsksAnXThatHangsASecondTime() {
        var grant = imported();
        CLUSTER.x().update(switches -> switches.withFault(Endpoint.REFRESH, FaultRule.always(Fault.HANG)));

        assertThatNobodyAsksXAgainFor(Duration.ofSeconds(6), grant);
    }

    private static void assertThatNobodyAsksXAgainFor(Duration pause, SeededGrant grant) {
        var end = System.nanoTime() + pause.toNanos();
        assertRetry(one.api().token(grant.userId()));
        while (System.nanoTime() < end) {
            for (var replica : List.of(one, other)) {
                assertRetry(replica.api().token(grant.userId()));
                assertRefused(replica.api().refresh(grant.userId()));
            }
            Sleep.millis(100);
        }
        assertThat(CLUSTER.x().ledger().calls(Endpoint.REFRESH)).isEqualTo(1);
    }

    /** Temporarily rejected: because X must not be called, or because the account was force-refreshed a moment ago. */
    private static void assertRefused(Api.Reply reply) {
        assertThat(reply.status()).as(reply.http().body()).isIn(429, 503);
        assertThat(reply.header("Retry-After")).matches("[1-9][0-9]*");
    }
}
