package io.xtokenkeeper.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.RequestOptions;
import io.xtokenkeeper.testkit.KeeperProcess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A thousand callers over four replicas who all want the token of one account that has just expired. */
final class StampedeBench {
    private static final int REPLICAS = 4;
    private static final int LATENCY_MS = 100;
    /** The first ones show a JVM that warms up. */
    private static final int ROUNDS = 40;

    private final int callers;

    StampedeBench(int callers) {
        this.callers = callers;
    }

    void run() throws Exception {
        var vertx = Vertx.vertx();
        // each caller has a connection of his own, kept from round to round
        var client = vertx.createHttpClient(
                new HttpClientOptions().setMaxPoolSize(callers).setKeepAliveTimeout(600));
        try (var stage = new Stage(LATENCY_MS)) {
            for (var i = 0; i < REPLICAS; i++) {
                stage.keeper(Map.of(
                        "KEEPER_REFRESH_EVERY",
                        KeeperProcess.NO_TIMER,
                        KeeperProcess.JAVA_OPTIONS,
                        "-Xmx256m -XX:+UseSerialGC"));
            }
            stage.seed(1, 1_000_000_001L, 7_200);
            var slowest = new ArrayList<Long>();
            for (var round = 1; round <= ROUNDS; round++) {
                stage.database.update(
                        "update account set access_expires_at = now(), refreshed_at = now() - interval '2 hours'");
                slowest.add(round(stage, client, round));
            }
            var warm = slowest.subList(ROUNDS / 2, ROUNDS).stream().sorted().toList();
            System.out.printf(
                    "p99 of the second half of the rounds: median %d ms, worst %d ms; X takes %d ms%n",
                    warm.get(warm.size() / 2), warm.getLast(), LATENCY_MS);
            System.out.println(stage.ledger());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** @return the 99th percentile of what the callers waited, in milliseconds */
    private long round(Stage stage, HttpClient client, int round) {
        var nanos = new long[callers];
        List<CompletableFuture<Integer>> replies = new ArrayList<>();
        for (var i = 0; i < callers; i++) {
            var number = i;
            var keeper = stage.keepers.get(i % REPLICAS);
            var request = new RequestOptions()
                    .setAbsoluteURI(keeper.url()
                            .resolve("/api/v1/accounts/1000000001/token")
                            .toString())
                    .putHeader("Authorization", "Bearer " + KeeperProcess.ADMIN_KEY);
            var begin = System.nanoTime();
            replies.add(client.request(request)
                    .compose(HttpClientRequest::send)
                    .compose(reply -> reply.body().map(body -> {
                        nanos[number] = System.nanoTime() - begin;
                        return reply.statusCode();
                    }))
                    .toCompletionStage()
                    .toCompletableFuture());
        }
        var good = replies.stream().filter(reply -> reply.join() == 200).count();
        Arrays.sort(nanos);
        var p99 = nanos[callers * 99 / 100] / 1_000_000;
        System.out.printf(
                "round %d: %d callers, %d answered 200; p50 %d ms, p99 %d ms (X takes %d ms)%n",
                round, callers, good, nanos[callers / 2] / 1_000_000, p99, LATENCY_MS);
        return p99;
    }
}
