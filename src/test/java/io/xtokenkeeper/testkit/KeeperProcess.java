package io.xtokenkeeper.testkit;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged service in a process of its own, with only the settings that an admin would set. */
public final class KeeperProcess implements AutoCloseable {
    public static final String ADMIN_KEY = "an-operator-key-of-forty-characters-0001";
    public static final String MASTER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    /**
     * For {@code KEEPER_REFRESH_EVERY}: the scheduler runs at start only; the longest round value that the default settings
     * allow.
     */
    public static final String NO_TIMER = "14m";
    /** A key of the settings: JVM options that replace those for a quick start. */
    public static final String JAVA_OPTIONS = "JAVA_OPTIONS";

    /** The folder of the packaged service; a benchmark may use one with more in it. */
    private static final String APP = System.getProperty("keeper.app", "target/quarkus-app");

    /** The native binary if that is under test, otherwise empty. */
    public static final String BINARY = System.getProperty("keeper.binary", "");

    private static final String QUICK_START = "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";
    /** Halves the time of a start; created once per build, by a start that serves no test. JDK 25 and newer. */
    private static final Path AOT_CACHE = Path.of("target/keeper-tests.aot");

    private static final Duration START = Duration.ofSeconds(60);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final int port;

    private KeeperProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** The settings required to run with this database and this X. */
    public static Map<String, String> settings(TestPostgres database, Sandbox x) {
        return settings(database, x.url(), x.authorizeUrl());
    }

    /** The same for an X in a process of its own. */
    public static Map<String, String> settings(TestPostgres database, URI api, URI authorize) {
        var settings = new HashMap<String, String>();
        settings.put("CLIENT_ID", SandboxOptions.CLIENT_ID);
        settings.put("CLIENT_SECRET", SandboxOptions.CLIENT_SECRET);
        settings.put("KEEPER_X_API_URL", api.toString());
        settings.put("KEEPER_X_AUTHORIZE_URL", authorize.toString());
        settings.put("KEEPER_MASTER_KEY", MASTER_KEY);
        settings.put("KEEPER_ADMIN_KEY", ADMIN_KEY);
        settings.put("QUARKUS_DATASOURCE_JDBC_URL", database.url());
        settings.put("QUARKUS_DATASOURCE_USERNAME", "postgres");
        settings.put("QUARKUS_DATASOURCE_PASSWORD", "postgres");
        settings.put("KEEPER_REFRESH_EVERY", "1s");
        settings.put("KEEPER_JOURNAL", database.beside("journal").toString());
        return settings;
    }

    /** Starts the service and waits until it is ready. */
    public static KeeperProcess start(Map<String, String> settings) {
        trainOnce(settings);
        return await(settings);
    }

    private static synchronized void trainOnce(Map<String, String> settings) {
        if (isCacheMissing()) {
            var training = new HashMap<>(settings);
            training.put(JAVA_OPTIONS, QUICK_START + " -XX:AOTCacheOutput=" + AOT_CACHE.toAbsolutePath());
            await(training).close();
        }
    }

    private static boolean isCacheMissing() {
        var app = Path.of(APP, "quarkus-run.jar").toFile().lastModified();
        return BINARY.isEmpty()
                && Runtime.version().feature() >= 25
                && AOT_CACHE.toFile().lastModified() < app;
    }

    private static KeeperProcess await(Map<String, String> settings) {
        var keeper = launch(settings);
        var end = Instant.now().plus(START);
        while (Instant.now().isBefore(end)) {
            if (!keeper.process.isAlive() && keeper.log().contains("to be in use")) {
                // another process bound the port after we had found it free
                keeper = launch(settings);
            } else if (!keeper.process.isAlive()) {
                throw new IllegalStateException("the service did not start:\n" + keeper.log());
            }
            if (keeper.isReady()) {
                return keeper;
            }
            Sleep.millis(100);
        }
        keeper.kill();
        throw new IllegalStateException("the service is not ready:\n" + keeper.log());
    }

    /** Starts the service without waiting: for a start that is expected to fail. */
    public static KeeperProcess launch(Map<String, String> settings) {
        try (var socket = new ServerSocket(0)) {
            var port = socket.getLocalPort();
            var log = Files.createTempFile("keeper", ".log");
            var builder = new ProcessBuilder(BINARY.isEmpty() ? onJvm(settings) : List.of(BINARY, "-Xmx256m"));
            builder.environment().keySet().removeIf(name -> name.startsWith("KEEPER_") || name.startsWith("QUARKUS_"));
            builder.environment().putAll(settings);
            builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
            builder.environment().putIfAbsent("REDIRECT_URI", "http://127.0.0.1:{port}/oauth/callback");
            builder.environment()
                    .computeIfPresent("REDIRECT_URI", (name, uri) -> uri.replace("{port}", Integer.toString(port)));
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            return new KeeperProcess(builder.start(), log, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> onJvm(Map<String, String> settings) {
        var quick =
                AOT_CACHE.toFile().exists() ? QUICK_START + " -XX:AOTCache=" + AOT_CACHE.toAbsolutePath() : QUICK_START;
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(settings.getOrDefault(JAVA_OPTIONS, quick).split(" ")));
        command.addAll(List.of("-jar", APP + "/quarkus-run.jar"));
        return command;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    public Api api() {
        return new Api(url(), ADMIN_KEY);
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the process has ended. */
    public int exitCode() {
        try {
            if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
                kill();
                throw new IllegalStateException("the service does not end:\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends the process without warning (SIGKILL). */
    public void kill() {
        process.destroyForcibly();
        exitCode();
    }

    /** Suspends the process, like a long pause of the machine, until {@link #thaw}. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops the service as an orchestrator does: SIGTERM, then wait. */
    public void terminate() {
        process.destroy();
        exitCode();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            terminate();
        }
    }

    private boolean isReady() {
        try {
            var request = HttpRequest.newBuilder(url().resolve("/q/health/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            var health = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            // wait for the first poll for due accounts, which could otherwise find what the test stores
            return health.statusCode() == 200 && !health.body().contains("not yet");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
