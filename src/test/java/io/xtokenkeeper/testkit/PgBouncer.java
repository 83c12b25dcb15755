package io.xtokenkeeper.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A real PgBouncer in front of a test's database, with its default settings, in a process of its own. */
public final class PgBouncer implements AutoCloseable {
    /** The reason why a test is skipped. */
    public static final String MISSING = "pgbouncer is not here: apt-get install pgbouncer";

    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/sbin/pgbouncer"), Path.of("/usr/bin/pgbouncer"));
    private static final Duration START = Duration.ofSeconds(10);

    private final Process process;
    private final Path folder;
    private final int port;

    private PgBouncer(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    public static boolean isInstalled() {
        return PROGRAMS.stream().anyMatch(Files::isExecutable);
    }

    /**
     * @param mode {@code transaction} or {@code session}
     * @param sessions number of server sessions that clients share
     */
    public static PgBouncer start(TestPostgres database, String mode, int sessions) {
        try {
            var port = freePort();
            var folder = Files.createTempDirectory("pgbouncer");
            // it drops root's privileges before it reads the files
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            var users = Files.writeString(folder.resolve("users"), "\"postgres\" \"postgres\"\n");
            var server = URI.create(database.url().substring("jdbc:".length())).getPort();
            var settings = Files.writeString(folder.resolve("ini"), """
                    [databases]
                    * = host=127.0.0.1 port=%d
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = trust
                    auth_file = %s
                    pool_mode = %s
                    default_pool_size = %d
                    """.formatted(server, port, users, mode, sessions));
            var command = new ArrayList<String>();
            command.add(PROGRAMS.stream()
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow()
                    .toString());
            if (System.getProperty("user.name").equals("root")) {
                command.addAll(List.of("-u", "nobody"));
            }
            command.add(settings.toString());
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            var bouncer = new PgBouncer(process, folder, port);
            bouncer.await();
            return bouncer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void await() throws IOException {
        var end = Instant.now().plus(START);
        while (!answers()) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                throw new IllegalStateException("pgbouncer did not start:\n" + Files.readString(folder.resolve("log")));
            }
            Sleep.millis(20);
        }
    }

    private boolean answers() {
        try (var client = new Socket("127.0.0.1", port)) {
            return client.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public String url() {
        return url("postgres");
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        TestPostgres.delete(folder);
    }
}
