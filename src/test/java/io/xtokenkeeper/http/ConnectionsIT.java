package io.xtokenkeeper.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Idle connections are closed, and the number of connections is limited, so that idle clients do not block others for long.
 */
class ConnectionsIT {
    private static final int IDLE_SECONDS = 3;
    private static final int MOST = 20;
    private static final String REQUEST = "GET /q/health/live HTTP/1.1\r\nHost: keeper\r\n\r\n";

    @RegisterExtension
    final TestCluster cluster = new TestCluster();

    @Test
    void idleConnectionsEndAndOthersLiveOn() throws Exception {
        var keeper = cluster.start("QUARKUS_HTTP_IDLE_TIMEOUT", IDLE_SECONDS + "S");
        try (var silent = connect(keeper);
                var idle = connect(keeper);
                var busy = connect(keeper)) {
            assertThat(answers(idle)).isTrue();
            var end = Instant.now().plusSeconds(2 * IDLE_SECONDS);
            while (Instant.now().isBefore(end)) {
                assertThat(answers(busy)).isTrue();
                Sleep.millis(500);
            }
            assertThat(isClosed(silent)).as("never said anything").isTrue();
            assertThat(isClosed(idle)).as("said nothing more").isTrue();
            assertThat(answers(busy)).isTrue();
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAndServedAgainWhenOthersEnd() throws Exception {
        var keeper = cluster.start("QUARKUS_HTTP_LIMITS_MAX_CONNECTIONS", Integer.toString(MOST));
        var open = new ArrayList<Socket>();
        try {
            var served = 0;
            for (var i = 0; i < 2 * MOST; i++) {
                var socket = connect(keeper);
                open.add(socket);
                served += answers(socket) ? 1 : 0;
            }
            assertThat(served).isBetween(MOST - 5, MOST);
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
        await("connections that ended make room").until(() -> answers(keeper));
    }

    /** The defaults of the service: minutes, and a maximum number. */
    @Test
    void bothHaveDefaults() throws IOException {
        var properties = new Properties();
        try (var file = Thread.currentThread().getContextClassLoader().getResourceAsStream("application.properties")) {
            properties.load(file);
        }
        assertThat(properties.getProperty("quarkus.http.idle-timeout")).matches("[12]M");
        assertThat(properties.getProperty("quarkus.http.limits.max-connections"))
                .matches("[1-9][0-9]{3}");
    }

    private static Socket connect(KeeperProcess keeper) throws IOException {
        var socket = new Socket("127.0.0.1", keeper.url().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static boolean answers(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            return readAnswer(socket.getInputStream());
        } catch (SocketException e) {
            return false;
        }
    }

    /** Reads head and body of one response; false if the connection ends before. */
    private static boolean readAnswer(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            var next = in.read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        var length = List.of(head.toString().split("\r\n")).stream()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
        return in.readNBytes(length).length == length && head.toString().startsWith("HTTP/1.1 200");
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    private static boolean answers(KeeperProcess keeper) throws IOException {
        try (var socket = connect(keeper)) {
            return answers(socket);
        }
    }
}
