package io.xtokenkeeper.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Event streams through a proxy and on a raw socket. */
class EventStreamIT {
    private static final String ADA = "2244994945";
    private static final String STREAM = "/api/v1/events/stream";
    /** The last chunk of a response (RFC 9112 §7.1). */
    private static final String END = "\r\n0\r\n\r\n";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static KeeperProcess keeper;

    @BeforeAll
    static void begin() {
        keeper = CLUSTER.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
    }

    /** An open stream. */
    private static final class Stream implements AutoCloseable {
        private final Socket socket;

        Stream(String path, String header) {
            try {
                socket = new Socket("127.0.0.1", keeper.url().getPort());
                socket.getOutputStream()
                        .write(("GET " + path + " HTTP/1.1\r\nHost: keeper\r\n" + header + "\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Reads until the text contains {@code words}, the stream ends, or {@code patience} is over. */
        String read(String words, Duration patience) throws IOException {
            var read = new StringBuilder();
            var end = Instant.now().plus(patience);
            InputStream in = socket.getInputStream();
            socket.setSoTimeout(100);
            while (read.indexOf(words) < 0 && Instant.now().isBefore(end)) {
                try {
                    var next = in.read();
                    if (next < 0) {
                        return read.toString();
                    }
                    read.append((char) next);
                } catch (SocketTimeoutException e) {
                    // nothing yet
                }
            }
            return read.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Stream open(String key, String query) {
        return new Stream(STREAM + query, "Authorization: Bearer " + key);
    }

    private static Api.Reply newKey(String more) {
        var made = keeper.api().post("/api/v1/keys", "{\"name\":\"reader\",\"rights\":[\"read\"]" + more + "}");
        assertThat(made.status()).as(made.http().body()).isEqualTo(201);
        return made;
    }

    private static long newest() {
        return Long.parseLong(CLUSTER.database()
                .query("select coalesce(max(id), 0) from audit_event")
                .getFirst());
    }

    @Test
    void aStreamBeginsAtOnceAndSaysThatItMustNotBeHeldBack() throws Exception {
        try (var stream = open(newKey("").text("key"), "?after=" + newest())) {
            assertThat(stream.read("\n:", Duration.ofSeconds(2)))
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("x-accel-buffering: no")
                    .containsIgnoringCase("content-type: text/event-stream")
                    .contains("\n:");
        }
    }

    @Test
    void aQuietStreamShowsEveryFifteenSecondsThatItIsAlive() throws Exception {
        var after = newest();
        try (var stream = open(newKey("").text("key"), "?after=" + (after + 1_000))) {
            assertThat(stream.read("\n:", Duration.ofSeconds(2))).contains("\n:");
            stream.read("\n\n", Duration.ofSeconds(1));
            var quiet = Instant.now();
            for (var comment = 1; comment <= 2; comment++) {
                assertThat(stream.read("\n:", Duration.ofSeconds(17))).contains("\n:");
                stream.read("\n\n", Duration.ofSeconds(1));
            }
            assertThat(Duration.between(quiet, Instant.now()))
                    .isBetween(Duration.ofSeconds(28), Duration.ofSeconds(33));
        }
    }

    @Test
    void aStreamEndsWithItsKey() throws Exception {
        var revoked = newKey("");
        var ends = newKey(",\"expires_in\":60");
        try (var one = open(revoked.text("key"), "");
                var other = open(ends.text("key"), "")) {
            one.read("\n:", Duration.ofSeconds(2));
            other.read("\n:", Duration.ofSeconds(2));
            assertThat(keeper.api().delete("/api/v1/keys/" + revoked.text("id")).status())
                    .isEqualTo(204);
            assertThat(one.read(END, Duration.ofSeconds(3))).endsWith(END);

            CLUSTER.database()
                    .update("update api_key set expires_at = now() - interval '1 s' where id = '" + ends.text("id")
                            + "'");
            CLUSTER.database().update("update app_state set keys_version = keys_version + 1");
            assertThat(other.read(END, Duration.ofSeconds(3))).endsWith(END);
        }
    }

    @Test
    void aStreamFollowsTheReferencesOfItsKey() throws Exception {
        var database = CLUSTER.database();
        keeper.api().importDue(List.of(CLUSTER.x().issueGrant(ADA)));
        var key = newKey(",\"references\":[\"tenant 7\"]").text("key");
        try (var stream = open(key, "?after=" + newest())) {
            stream.read("\n:", Duration.ofSeconds(2));
            record(ADA, "too early");
            assertThat(stream.read("too early", Duration.ofSeconds(2))).doesNotContain("too early");

            database.update("insert into account_reference values ('" + ADA + "', 'tenant 7')");
            awaitAccount(key, 200);
            record(ADA, "in time");
            assertThat(stream.read("in time", Duration.ofSeconds(3))).contains("\"account\":\"" + ADA, "in time");

            database.update("delete from account_reference where account_id = '" + ADA + "'");
            awaitAccount(key, 403);
            record(ADA, "too late");
            assertThat(stream.read("too late", Duration.ofSeconds(2))).doesNotContain("too late");
            database.update("insert into audit_event (at, type, actor, outcome, detail, reference)"
                    + " values (now(), 'test', 'test', 'DONE', 'by its reference', 'tenant 7')");
            assertThat(stream.read("by its reference", Duration.ofSeconds(3))).contains("by its reference");
        }
    }

    private static void record(String account, String detail) {
        CLUSTER.database()
                .update("insert into audit_event (at, type, actor, account_id, outcome, detail)"
                        + " values (now(), 'test', 'test', '" + account + "', 'DONE', '" + detail + "')");
    }

    private static void awaitAccount(String key, int status) {
        await("status " + status)
                .atMost(Duration.ofSeconds(1))
                .until(() -> keeper.api().with(key).account(ADA).status() == status);
    }

    @Test
    void aKeyHasAFewStreamsAndGetsTheNextWhenOneIsClosed() throws Exception {
        var key = newKey("").text("key");
        var streams = new ArrayList<Stream>();
        for (var i = 0; i < 5; i++) {
            streams.add(open(key, ""));
            assertThat(streams.getLast().read("\n:", Duration.ofSeconds(2))).startsWith("HTTP/1.1 200 ");
        }
        var refused = keeper.api().with(key).get(STREAM);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.text("type")).isEqualTo("/problems/too-many-streams");
        try (var another = open(newKey("").text("key"), "")) {
            assertThat(another.read("\n:", Duration.ofSeconds(2)))
                    .as("another key")
                    .startsWith("HTTP/1.1 200 ");
        }

        streams.removeFirst().close();
        await("a place").atMost(Duration.ofSeconds(20)).until(() -> {
            try (var next = open(key, "")) {
                return next.read("\n:", Duration.ofSeconds(2)).startsWith("HTTP/1.1 200 ");
            }
        });
        for (var stream : streams) {
            stream.close();
        }
    }

    @Test
    void allStreamsHaveAllEventsInOrderAndCostTheDatabaseOneRead() throws Exception {
        var alone = readsInFiveSeconds();
        var streams = new ArrayList<Stream>();
        var after = newest();
        for (var i = 0; i < 12; i++) {
            streams.add(open(newKey("").text("key"), "?after=" + after));
        }
        for (var stream : streams) {
            stream.read("\n:", Duration.ofSeconds(2));
        }
        var last = newKey("");
        var end = "\"id\":" + newest();
        for (var stream : streams) {
            var read = stream.read(end, Duration.ofSeconds(5));
            var ids = read.lines()
                    .filter(line -> line.startsWith("id:"))
                    .map(line -> Long.parseLong(line.substring(3).strip()))
                    .toList();
            assertThat(read).as("the event of " + last.text("id")).contains(end);
            assertThat(ids).isSorted().doesNotHaveDuplicates();
            assertThat(ids.getFirst()).isEqualTo(after + 1);
        }

        // PostgreSQL publishes the counts of a connection up to ten seconds after it went idle
        await("reads of the trail for 12 streams")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(readsInFiveSeconds() - alone).isBetween(5L, 20L));
        for (var stream : streams) {
            stream.close();
        }
        await("nobody follows").atMost(Duration.ofSeconds(20)).until(() -> readsInFiveSeconds() - alone < 3);
    }

    /** Scans of the audit trail, by PostgreSQL's statistics; other queries than those of streams count too. */
    private static long readsInFiveSeconds() {
        var before = reads();
        Sleep.millis(5_000);
        return reads() - before;
    }

    private static long reads() {
        // a connection publishes its counts once a second at most
        Sleep.millis(1_100);
        return Long.parseLong(CLUSTER.database()
                .query("select coalesce(sum(coalesce(idx_scan, 0) + seq_scan), 0) from pg_stat_user_tables"
                        + " where relname = 'audit_event'")
                .getFirst());
    }

    @Test
    void thePagesStreamEndsWithTheSessionsKey() throws Exception {
        var made = keeper.api().post("/api/v1/keys", "{\"name\":\"operator\",\"rights\":[\"manage\"]}");
        var browser = new HttpBrowser(keeper);
        var welcome = browser.signIn(made.text("key"));
        assertThat(welcome.statusCode()).as(welcome.body()).isEqualTo(303);
        var session = HttpBrowser.cookie(welcome, "keeper-session");
        try (var stream = new Stream("/live/accounts?account=1", "Cookie: keeper-session=" + session)) {
            assertThat(stream.read("event:begun", Duration.ofSeconds(3)))
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("x-accel-buffering: no")
                    .contains("\n:");
            keeper.api().delete("/api/v1/keys/" + made.text("id"));
            assertThat(stream.read(END, Duration.ofSeconds(4))).endsWith(END);
        }
    }
}
