package io.xtokenkeeper.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A PostgreSQL of a test's own, on a port that stays the same when it is stopped and started again. */
public final class TestPostgres implements AutoCloseable {
    private final int port;
    private final Path data;
    private final TestSql sql = new TestSql((TestSql.Connections) this::connect);
    private EmbeddedPostgres running;

    private TestPostgres(Path data) throws IOException {
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        this.data = data;
        start();
    }

    /** An empty database. */
    public static TestPostgres begin() {
        return copyOf(Template.EMPTY);
    }

    /** With the service's schema, and nothing in it. */
    public static TestPostgres migrated() {
        return copyOf(Template.MIGRATED);
    }

    private static TestPostgres copyOf(Template template) {
        try {
            var data = Files.createTempDirectory("keeper-pg");
            copy(template.data(), data);
            return new TestPostgres(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Data folders that servers begin with, each created once: that takes longer than the rest of a start. */
    private enum Template {
        EMPTY,
        MIGRATED;

        private Path data;

        private synchronized Path data() throws IOException {
            if (data == null) {
                var folder = Files.createTempDirectory("keeper-pg-" + name().toLowerCase(Locale.ROOT));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                if (this == MIGRATED) {
                    copy(EMPTY.data(), folder);
                }
                var server = new TestPostgres(folder);
                if (this == MIGRATED) {
                    Databases.migrate(server);
                }
                server.stop();
                data = folder;
            }
            return data;
        }
    }

    /** With its data folder on the given disk. */
    public static TestPostgres on(Path disk) {
        try {
            return new TestPostgres(disk.resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void start() {
        try {
            running = EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setServerConfig("max_connections", "200")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the server with a fast shutdown: connections are closed, committed data stays. */
    public void stop() {
        try {
            running.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the server without a shutdown (SIGQUIT); {@link #start} then recovers from its write-ahead log. */
    public void crash() {
        try {
            var postmaster = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
            var process = ProcessHandle.of(postmaster).orElseThrow();
            new ProcessBuilder("kill", "-QUIT", Long.toString(postmaster)).start();
            process.onExit().get(10, TimeUnit.SECONDS);
            forget();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Keeps a copy of what is committed now, like an asynchronous standby that then lags behind. */
    public void keepCopy() {
        stop();
        copy(data, beside("copy"));
        start();
    }

    /** The server ends, and the standby of {@link #keepCopy} takes over at its address: what was committed since is lost. */
    public void promoteCopy() {
        stop();
        delete(data);
        copy(beside("copy"), data);
        try {
            Files.createFile(data.resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
        query("select pg_promote()");
    }

    private static void copy(Path from, Path to) {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                if (!file.equals(from) || !Files.exists(to)) {
                    Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Releases the lock on the data folder; the server has ended already. */
    private void forget() {
        try {
            running.close();
        } catch (IOException | RuntimeException e) {
            // thrown because the server has ended
        }
    }

    /** A folder beside the data folder; {@code journal} and {@code copy} are deleted when this database is closed. */
    public Path beside(String name) {
        return data.resolveSibling(data.getFileName() + "-" + name);
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "postgres", "postgres");
    }

    /** The first column of every row. */
    public List<String> query(String statement) {
        return sql.query(statement);
    }

    /** Number of rows of {@code from}, a table with or without conditions. */
    public long count(String from) {
        return sql.count(from);
    }

    /** The same for a statement that is rolled back. */
    public List<String> queryAndRollBack(String sql) {
        try (var connection = connect()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                return TestSql.firstColumn(rows);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Whether the call succeeds within 300 ms while the account table is locked. */
    public boolean answersWithoutAccounts(Supplier<Boolean> call) {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table account in access exclusive mode");
            var answer = CompletableFuture.supplyAsync(call)
                    .completeOnTimeout(false, 300, TimeUnit.MILLISECONDS)
                    .join();
            connection.rollback();
            return answer;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public int update(String statement) {
        return sql.update(statement);
    }

    @Override
    public void close() {
        stop();
        delete(data);
        delete(beside("journal"));
        delete(beside("copy"));
    }

    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
