package io.xtokenkeeper.grants;

import static io.xtokenkeeper.grants.StrictCluster.async;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TcpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A replica has claimed an account, and is suspended for longer than its lease before it sends the token. Meanwhile another
 * replica refreshes the account.
 */
class FrozenReplicaIT {
    /** Long enough to see a claim in the database before its commit is acknowledged to the replica. */
    private static final Duration DELAY = Duration.ofMillis(400);

    @RegisterExtension
    static final StrictCluster CLUSTER = StrictCluster.forEachTest();

    private static TcpProxy proxy;
    private static KeeperProcess stopped;
    private static KeeperProcess other;

    @BeforeAll
    static void start() {
        var url = CLUSTER.database().url();
        var port = URI.create(url.substring("jdbc:".length())).getPort();
        proxy = new TcpProxy(port);
        stopped = replica(url.replace(":" + port + "/", ":" + proxy.port() + "/"));
        other = replica(url);
    }

    @AfterAll
    static void end() {
        proxy.close();
    }

    private static KeeperProcess replica(String database) {
        return CLUSTER.start(
                "QUARKUS_DATASOURCE_JDBC_URL", database,
                "KEEPER_REFRESH_MODE", "lazy",
                "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER,
                "KEEPER_REFRESH_TIMEOUT", "2s",
                "KEEPER_REFRESH_LEASE", "12s");
    }

    @Test
    void aReplicaThatTheDatabaseAnswersTooLateDoesNotSend() {
        doesNotSend(proxy::hold, proxy::release);
    }

    @Test
    void aReplicaThatWasFrozenDoesNotSend() {
        doesNotSend(stopped::freeze, stopped::thaw);
    }

    private static void doesNotSend(Runnable stop, Runnable goOn) {
        var grant = CLUSTER.grant();
        other.api().importDue(List.of(grant));
        proxy.delayAnswers(DELAY);
        var caller = async(() -> stopped.api().token(grant.userId()));
        await("the claim").atMost(StrictCluster.PATIENCE).until(() -> CLUSTER.accounts("fence > 0") == 1);
        stop.run();
        try {
            Sleep.millis(2 * DELAY.toMillis());
            assertThat(CLUSTER.refreshCalls()).as("stopped before it sent").isZero();
            await("the lease's end")
                    .atMost(StrictCluster.PATIENCE)
                    .until(() -> CLUSTER.accounts("lease_until > clock_timestamp()") == 0);
            assertThat(other.api().token(grant.userId()).status()).isEqualTo(200);
        } finally {
            proxy.delayAnswers(Duration.ZERO);
            goOn.run();
        }

        var reply = StrictCluster.answer(caller);
        StrictCluster.assertTokenOrRetry(reply);
        Sleep.millis(1_000); // if it sends the token, it does so in the background
        CLUSTER.assertNothingLost(other, List.of(grant));
        assertThat(CLUSTER.refreshCalls()).isEqualTo(1);
    }
}
