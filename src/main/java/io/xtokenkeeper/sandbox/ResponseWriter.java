package io.xtokenkeeper.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Writes a reply to the connection, at once, after a delay, or never. No thread waits: delays use timers. */
final class ResponseWriter {
    private static final String POLICY =
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Vertx vertx;

    ResponseWriter(Vertx vertx) {
        this.vertx = vertx;
    }

    void to(HttpServerRequest request, Reply reply) {
        switch (reply) {
            case Reply.Say say -> {
                if (say.afterMillis() > 0) {
                    request.response().closeHandler(closed -> say.fate().callerGone());
                }
                after(say.afterMillis(), () -> say(request.response(), say));
            }
            case Reply.Later later ->
                after(later.afterMillis(), () -> to(request, later.work().get()));
            case Reply.HangUp hangUp ->
                after(hangUp.afterMillis(), () -> request.connection().close());
            case Reply.Silence silence -> {}
        }
    }

    private static void say(HttpServerResponse response, Reply.Say say) {
        if (response.closed()) {
            say.fate().callerGone();
            return;
        }
        say(response, say.answer()).onComplete(written -> {
            if (written.succeeded()) {
                say.fate().answered();
            } else {
                say.fate().callerGone();
            }
        });
    }

    private void after(long millis, Runnable deed) {
        if (millis <= 0) {
            deed.run();
        } else {
            vertx.setTimer(millis, timer -> deed.run());
        }
    }

    static Future<Void> say(HttpServerResponse response, Answer answer) {
        response.setStatusCode(answer.status()).putHeader("Content-Type", answer.type());
        answer.headers().forEach(response::putHeader);
        if (answer.type().equals(Answer.HTML)) {
            response.putHeader("Cache-Control", "no-store").putHeader("Content-Security-Policy", POLICY);
        }
        return "gzip".equals(answer.headers().get("Content-Encoding"))
                ? response.end(Buffer.buffer(gzip(answer.body())))
                : response.end(answer.body());
    }

    private static byte[] gzip(String body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
