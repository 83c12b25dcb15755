package io.xtokenkeeper.bench;

import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** PostgreSQL, the sandbox and the service, each in a process of its own on this machine. */
final class Stage implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final TestPostgres database = TestPostgres.migrated();
    final Process sandbox;
    final URI x;
    final List<KeeperProcess> keepers = new ArrayList<>();

    Stage(int latencyMillis) throws IOException {
        sandbox = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.xtokenkeeper.startup.Main",
                        "sandbox",
                        "--port=0",
                        "--latency-ms=" + latencyMillis)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var line =
                new BufferedReader(new InputStreamReader(sandbox.getInputStream(), StandardCharsets.UTF_8)).readLine();
        x = URI.create(line.substring(line.indexOf("http")));
    }

    KeeperProcess keeper(Map<String, String> more) {
        var settings = new HashMap<>(KeeperProcess.settings(database, x, x.resolve("/i/oauth2/authorize")));
        settings.put(KeeperProcess.JAVA_OPTIONS, "-Xmx512m -XX:+UseSerialGC");
        settings.putAll(more);
        var keeper = KeeperProcess.start(settings);
        keepers.add(keeper);
        return keeper;
    }

    /** Makes grants at X and imports them, each with an access token that is good for {@code expiresIn} seconds. */
    void seed(int count, long firstId, int expiresIn) throws IOException, InterruptedException {
        var order = "{\"count\":%d,\"firstId\":\"%d\",\"expiresIn\":%d}".formatted(count, firstId, expiresIn);
        var grants = send("POST", x.resolve("/sandbox/grants"), order);
        var result = keepers.getFirst().api().send("POST", "/api/v1/accounts/import", "application/x-ndjson", grants);
        var imported = result.http()
                .body()
                .lines()
                .filter(line -> line.contains("\"imported\""))
                .count();
        if (imported != count) {
            throw new IllegalStateException("imported " + imported + " of " + count);
        }
    }

    String ledger() throws IOException, InterruptedException {
        return send("GET", x.resolve("/sandbox/ledger"), "");
    }

    private static String send(String method, URI uri, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    long number(String sql) {
        return Math.round(Double.parseDouble(database.query(sql).getFirst()));
    }

    @Override
    public void close() {
        keepers.forEach(KeeperProcess::close);
        sandbox.destroy();
        database.close();
    }
}
