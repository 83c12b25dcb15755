package io.xtokenkeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TcpProxy;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Long request bodies streamed through the packaged service, which has a small heap, to an X that reads slowly. */
class UploadIT {
    private static final String ME = "2244994945";
    private static final String UPLOAD = "/api/v1/accounts/" + ME + "/x/2/media/upload";
    private static final int PIECE = 65_536;
    private static final Vertx VERTX = Vertx.vertx();

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static TcpProxy slow;
    private static KeeperProcess keeper;
    private static HttpClient http2;

    @BeforeAll
    static void begin() {
        slow = CLUSTER.closeLater(new TcpProxy(CLUSTER.x().url().getPort()));
        keeper = CLUSTER.start(
                "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER, "KEEPER_X_API_URL", "http://127.0.0.1:" + slow.port());
        keeper.api().importDue(List.of(CLUSTER.x().issueGrant(ME)));
        assertThat(keeper.api().token(ME).status()).isEqualTo(200);
        http2 = VERTX.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }

    @AfterAll
    static void end() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private static Future<HttpClientRequest> begin(String key) {
        return http2.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setHost("127.0.0.1")
                        .setPort(keeper.url().getPort())
                        .setURI(UPLOAD))
                // without a Content-Length; HTTP/2 has no chunked encoding
                .onSuccess(request -> request.setChunked(true).putHeader("Authorization", "Bearer " + key));
    }

    private record Answer(int status, String body) {}

    private static Future<Answer> answer(HttpClientRequest request) {
        return request.response()
                .compose(answer -> answer.body().map(body -> new Answer(answer.statusCode(), body.toString())));
    }

    private static <T> T now(Future<T> future, Duration patience) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Sends pieces as fast as they are accepted, without a Content-Length; completes when all are written. */
    private static Future<Void> send(HttpClientRequest request, int pieces) {
        var sent = Promise.<Void>promise();
        send(request, new int[] {pieces}, sent);
        return sent.future();
    }

    private static void send(HttpClientRequest request, int[] left, Promise<Void> sent) {
        while (left[0] > 0) {
            if (request.writeQueueFull()) {
                request.drainHandler(drained -> send(request, left, sent));
                return;
            }
            left[0]--;
            request.write(Buffer.buffer(new byte[PIECE]));
        }
        request.end().onComplete(sent);
    }

    private static long residentMiB() throws IOException {
        var status = Files.readAllLines(Path.of("/proc/" + keeper.handle().pid() + "/status"));
        return status.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1_024)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void threeHundredMegabytesByHttp2WithoutTheirLengthGoThroughASmallHeap() throws Exception {
        var pieces = 300 * 1_048_576 / PIECE;
        slow.slowDown(Duration.ofMillis(2));
        var before = residentMiB();
        try {
            var request = now(begin(KeeperProcess.ADMIN_KEY), Duration.ofSeconds(5));
            var answer = answer(request);
            send(request, pieces);
            var largest = 0L;
            while (!answer.isComplete()) {
                largest = Math.max(largest, residentMiB() - before);
                Sleep.millis(200);
            }
            assertThat(now(answer, Duration.ofSeconds(1)).body()).contains("\"size\":" + pieces * PIECE);
            assertThat(largest).as("MiB more than before").isLessThan(150);
            assertThat(keeper.log()).doesNotContain("OutOfMemory");
        } finally {
            slow.slowDown(Duration.ZERO);
        }
    }

    @Test
    void aShortBodyByHttp2WithoutItsLengthIsKeptAndArrives() throws Exception {
        var request = now(begin(KeeperProcess.ADMIN_KEY), Duration.ofSeconds(5));
        var answer = answer(request);
        request.write("a few words");
        Sleep.millis(50);
        request.end();
        assertThat(now(answer, Duration.ofSeconds(10)))
                .isEqualTo(new Answer(200, answer.result().body()));
        assertThat(answer.result().body()).contains("\"size\":11");
    }

    private record OpenUpload(HttpClientRequest request, Future<Answer> answer) {}

    /** Sends a part of a body. */
    private static OpenUpload openUpload(String key) throws Exception {
        var request = now(begin(key), Duration.ofSeconds(5));
        var answer = answer(request);
        request.write(Buffer.buffer(new byte[100_000]));
        return new OpenUpload(request, answer);
    }

    @Test
    void aKeyHasAFewUploadsAtATime() throws Exception {
        var made = keeper.api().post("/api/v1/keys", "{\"name\":\"up\",\"rights\":[\"token\"]}");
        var open = new ArrayList<OpenUpload>();
        await("eight calls at X").atMost(Duration.ofSeconds(20)).until(() -> {
            // one that came after a call of this loop was refused in its place
            open.removeIf(upload -> upload.answer().isComplete());
            while (open.size() < 8) {
                open.add(openUpload(made.text("key")));
            }
            var next = now(begin(made.text("key")), Duration.ofSeconds(5));
            var answer = answer(next);
            next.end(Buffer.buffer(new byte[100_000]));
            return now(answer, Duration.ofSeconds(10)).status() == 429
                    && open.stream().noneMatch(upload -> upload.answer().isComplete());
        });
        var refused = now(begin(made.text("key")), Duration.ofSeconds(5));
        var answer = answer(refused);
        refused.end(Buffer.buffer(new byte[100_000]));
        assertThat(now(answer, Duration.ofSeconds(10)).body()).contains("/problems/too-many-uploads");

        var other = now(begin(KeeperProcess.ADMIN_KEY), Duration.ofSeconds(5));
        var fine = answer(other);
        other.end(Buffer.buffer(new byte[100_000]));
        assertThat(now(fine, Duration.ofSeconds(10)).status()).as("another key").isEqualTo(200);

        open.getFirst().request().end();
        assertThat(now(open.getFirst().answer(), Duration.ofSeconds(10)).status())
                .isEqualTo(200);
        open.subList(1, open.size()).forEach(upload -> upload.request().reset());
        await("a place").atMost(Duration.ofSeconds(10)).until(() -> {
            var next = now(begin(made.text("key")), Duration.ofSeconds(5));
            var again = answer(next);
            next.end(Buffer.buffer(new byte[100_000]));
            return now(again, Duration.ofSeconds(10)).status() == 200;
        });
    }

    @Test
    void whoeverWaitsForContinueGetsIt() throws Exception {
        for (var size : new int[] {5, 100_000}) {
            try (var socket = new Socket("127.0.0.1", keeper.url().getPort())) {
                socket.setSoTimeout(5_000);
                socket.getOutputStream()
                        .write(("POST " + UPLOAD
                                        + " HTTP/1.1\r\nHost: keeper\r\nConnection: close\r\nAuthorization: Bearer "
                                        + KeeperProcess.ADMIN_KEY + "\r\nExpect: 100-continue\r\nContent-Length: "
                                        + size
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
                var first = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
                assertThat(first).isEqualTo("HTTP/1.1 100");
                socket.getOutputStream().write(new byte[size]);
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .contains("HTTP/1.1 200", "\"size\":" + size);
            }
        }
    }

    @Test
    void whoHasNoKeyIsNotAskedForTheBody() throws Exception {
        try (var socket = new Socket("127.0.0.1", keeper.url().getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("POST " + UPLOAD
                                    + " HTTP/1.1\r\n"
                                    + "Host: keeper\r\n"
                                    + "Expect: 100-continue\r\n"
                                    + "Content-Length: 100000\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            var first = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
            assertThat(first).isEqualTo("HTTP/1.1 401");
        }
    }
}
