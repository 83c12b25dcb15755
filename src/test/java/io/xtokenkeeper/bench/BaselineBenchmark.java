package io.xtokenkeeper.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.xtokenkeeper.sandbox.SandboxOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the machine gives at best: the sandbox with nobody but a load tool, PostgreSQL with nobody but pgbench. */
final class BaselineBenchmark {
    private static final int SECONDS = 10;
    private static final int CONNECTIONS = 64;

    void run() throws Exception {
        try (var stage = new Stage(0)) {
            sandbox(stage);
            pgbench(stage);
        }
    }

    /** Junk refresh tokens: the whole way but for the rotation itself. */
    private static void sandbox(Stage stage) throws InterruptedException {
        var vertx = Vertx.vertx();
        var client = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(CONNECTIONS));
        var answers = new LongAdder();
        var running = new AtomicInteger(1);
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(stage.x.resolve("/2/oauth2/token").toString())
                .putHeader("Content-Type", "application/x-www-form-urlencoded")
                .putHeader(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString((SandboxOptions.CLIENT_ID + ":" + SandboxOptions.CLIENT_SECRET)
                                                .getBytes(StandardCharsets.UTF_8)));
        for (var i = 0; i < CONNECTIONS; i++) {
            ask(client, options, answers, running);
        }
        Thread.sleep(3_000);
        var before = answers.sum();
        Thread.sleep(SECONDS * 1_000L);
        System.out.printf(
                "the sandbox alone: %d token calls/s over %d connections%n",
                (answers.sum() - before) / SECONDS, CONNECTIONS);
        running.set(0);
        vertx.close();
    }

    private static void ask(HttpClient client, RequestOptions options, LongAdder answers, AtomicInteger running) {
        client.request(options)
                .compose(request -> request.send("grant_type=refresh_token&refresh_token=" + "x".repeat(91)))
                .compose(response -> response.body())
                .onComplete(done -> {
                    answers.increment();
                    if (running.get() == 1) {
                        ask(client, options, answers, running);
                    }
                });
    }

    private static void pgbench(Stage stage) throws Exception {
        stage.database.update("create table row1k (id int primary key, filler text) with (fillfactor = 70)");
        stage.database.update("insert into row1k select n, repeat('x', 1000) from generate_series(1, 10000) n");
        var script = Files.createTempFile("one-row", ".sql");
        Files.writeString(
                script, "\\set id random(1, 10000)\nupdate row1k set filler = repeat('y', 1000) where id = :id;\n");
        var url = java.net.URI.create(stage.database.url().substring("jdbc:".length()));
        var process = new ProcessBuilder(
                        "pgbench",
                        "-n",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(url.getPort()),
                        "-U",
                        "postgres",
                        "-c",
                        "16",
                        "-j",
                        "2",
                        "-T",
                        Integer.toString(SECONDS),
                        "-f",
                        script.toString(),
                        "postgres")
                .redirectErrorStream(true);
        process.environment().put("PGPASSWORD", "postgres");
        try {
            var output = new String(process.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            output.lines()
                    .filter(line -> line.startsWith("tps"))
                    .forEach(line -> System.out.println(
                            "PostgreSQL alone, pgbench updating one 1 kB row a transaction, 16 clients: " + line));
        } catch (java.io.IOException e) {
            System.out.println("pgbench is not here (Debian: postgresql-client): no ceiling for PostgreSQL");
        }
    }
}
