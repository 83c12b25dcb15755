package io.xtokenkeeper.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SIGTERM while callers keep calling: each gets its response, or 503, or finds the port closed. */
class GracefulShutdownIT {
    private static final String ME = "9001";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @Test
    void noCallEndsWithAnErrorOfTheService() throws Exception {
        var keeper = CLUSTER.start("KEEPER_CONSENT_OPEN", "true");
        new HttpBrowser(keeper).consent(ME, "");
        var statuses = new ConcurrentHashMap<String, Set<Integer>>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Stream.of(
                            "/api/v1/accounts/" + ME + "/token",
                            "/api/v1/accounts",
                            "/q/health/ready",
                            "/api/v1/events",
                            "/api/v1/keys",
                            "/api/v1/accounts/" + ME + "/export")
                    .forEach(path -> {
                        for (var i = 0; i < 4; i++) {
                            callers.submit(() -> callUntilClosed(
                                    keeper.api(),
                                    path,
                                    statuses.computeIfAbsent(path, each -> ConcurrentHashMap.newKeySet())));
                        }
                    });
            Sleep.millis(2_000);
            keeper.terminate();
        }

        assertThat(statuses)
                .hasSize(6)
                .allSatisfy((path, seen) -> assertThat(seen).contains(200).isSubsetOf(200, 503));
        assertThat(keeper.log()).doesNotContain("ERROR", "RejectedExecutionException");
    }

    private static void callUntilClosed(Api api, String path, Set<Integer> statuses) {
        try {
            while (true) {
                statuses.add(api.get(path).status());
            }
        } catch (UncheckedIOException e) {
            // closed: the next call goes to another replica
        }
    }
}
