package io.xtokenkeeper.proxy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.xapi.RequestBody;
import java.time.Duration;

/**
 * Reads a short request body into memory, so that the request can be repeated. With HTTP/2 a body may have no
 * Content-Length, so its length is only known while it is read; the rest of a long one is paused and streamed later.
 */
final class RequestBodyReader {
    /** Bodies up to this length are kept in memory. */
    static final int KEPT_BYTES = 65_536;

    private static final Duration TIME_FOR_KEPT = Duration.ofMinutes(1);

    private RequestBodyReader() {}

    /**
     * Starts reading the body, and first responds to {@code Expect: 100-continue}. Fails if a short body does not arrive
     * within a minute.
     */
    static Future<RequestBody> start(HttpServerRequest request, Vertx vertx) {
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
        return isLong(request) ? Future.succeededFuture(new RequestBody(Buffer.buffer(), false)) : read(request, vertx);
    }

    /** According to Content-Length; a body without that header may be long nevertheless. */
    private static boolean isLong(HttpServerRequest request) {
        var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && Long.parseLong(length) > KEPT_BYTES;
    }

    private static Future<RequestBody> read(HttpServerRequest request, Vertx vertx) {
        var start = Promise.<RequestBody>promise();
        var read = Buffer.buffer();
        request.exceptionHandler(start::tryFail);
        request.endHandler(end -> start.tryComplete(new RequestBody(read, true)));
        request.handler(piece -> {
            read.appendBuffer(piece);
            if (read.length() > KEPT_BYTES) {
                request.pause();
                start.tryComplete(new RequestBody(read, false));
            }
        });
        var timer = vertx.setTimer(TIME_FOR_KEPT.toMillis(), late -> {
            request.pause();
            start.tryFail(new ProblemException(Problem.of(
                    ProblemType.SLOW_UPLOAD, "The body did not come within " + TIME_FOR_KEPT.toSeconds() + " s")));
        });
        request.resume();
        return start.future().onComplete(any -> vertx.cancelTimer(timer));
    }
}
