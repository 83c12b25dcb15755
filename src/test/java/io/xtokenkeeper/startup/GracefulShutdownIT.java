package io.xtokenkeeper.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
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
        var statuses = new ConcurrentHashMap<String, Map<Integer, Integer>>();
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
                            callers.submit(() -> callUntilClosed(keeper, path, statuses));
                        }
                    });
            Sleep.millis(2_000);
            keeper.terminate();
        }

        assertThat(statuses)
                .hasSize(6)
                .allSatisfy((path, counts) -> assertThat(counts.keySet())
                        .as(counts.toString())
                        .contains(200)
                        .isSubsetOf(200, 503));
        assertThat(keeper.log()).doesNotContain("ERROR", "RejectedExecutionException");
    }

    private static void callUntilClosed(
            KeeperProcess keeper, String path, Map<String, Map<Integer, Integer>> statuses) {
        var request = HttpRequest.newBuilder(keeper.url().resolve(path))
                .header("Authorization", "Bearer " + KeeperProcess.ADMIN_KEY)
                .timeout(Duration.ofSeconds(20))
                .build();
        try (var http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (true) {
                var status = http.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                statuses.computeIfAbsent(path, each -> new TreeMap<>());
                statuses.computeIfPresent(path, (each, counts) -> {
                    counts.merge(status, 1, Integer::sum);
                    return counts;
                });
            }
        } catch (IOException e) {
            // closed: the next call goes to another replica
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
