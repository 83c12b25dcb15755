package io.xtokenkeeper.xapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.testkit.Sleep;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits on a streamed request body: how long it may stall and how long it may take in total. */
class SlowUploadTest {
    private static final UploadLimits LIMITS = new UploadLimits(Duration.ofMillis(400), Duration.ofMillis(1_500));

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer x =
            serve(request -> request.body().onSuccess(body -> request.response().end("got " + body.length())));
    private final XProxyClient forward = new XProxyClient(
            vertx,
            new XEndpoints(
                    URI.create("http://127.0.0.1/authorize"),
                    URI.create("http://127.0.0.1:" + x.actualPort()),
                    Duration.ofSeconds(5)),
            LIMITS);
    private final HttpServer front = serve(this::pass);

    private HttpServer serve(Handler<HttpServerRequest> handler) {
        return vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(handler)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private void pass(HttpServerRequest request) {
        request.pause();
        forward.ask(
                        request,
                        XApiPath.parse("2/media/upload").orElseThrow(),
                        new AccessToken(Secret.of("token")),
                        new RequestBody(Buffer.buffer(), false),
                        Future.future(never -> {}))
                .onSuccess(answer -> forward.pass(answer, request))
                .onFailure(failure -> request.response()
                        .putHeader("Connection", "close")
                        .setStatusCode(failure instanceof SlowUploadException ? 408 : 502)
                        .end(failure.getMessage()));
    }

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Sends pieces of ten bytes with a pause after each, and returns the response. */
    private String upload(int pieces, long pauseMillis, String end) throws IOException {
        try (var socket = new Socket("127.0.0.1", front.actualPort())) {
            socket.setSoTimeout(4_000);
            var out = socket.getOutputStream();
            out.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1));
            try {
                for (var i = 0; i < pieces; i++) {
                    out.write("a\r\n0123456789\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    Sleep.millis(pauseMillis);
                }
                out.write(end.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                // the response has already been sent
            }
            var read = new StringBuilder();
            try {
                for (var next = socket.getInputStream().read();
                        next >= 0;
                        next = socket.getInputStream().read()) {
                    read.append((char) next);
                }
            } catch (SocketTimeoutException e) {
                // the connection was closed: there is nothing more to read
            }
            return read.toString();
        }
    }

    @Test
    void aBodyThatMovesArrives() throws IOException {
        assertThat(upload(10, 50, "0\r\n\r\n")).startsWith("HTTP/1.1 200 ").contains("got 100");
    }

    @Test
    void aBodyThatStandsStillIsGivenUp() throws IOException {
        assertThat(upload(3, 10, "")).startsWith("HTTP/1.1 408 ").contains("No byte of the body moved");
    }

    @Test
    void aBodyThatTricklesOnIsGivenUpInTheEnd() throws IOException {
        assertThat(upload(60, 50, "")).startsWith("HTTP/1.1 408 ").contains("longer than");
    }
}
