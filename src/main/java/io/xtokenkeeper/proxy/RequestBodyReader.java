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
 * Reads as much of a request's body as is kept. By HTTP/2 a body may come without its length, so whether it is a short one
 * shows while it is read; a longer one waits at the caller's then.
 */
final class RequestBodyReader {
    /** Longer ones are not kept. */
    static final int KEPT_BYTES = 65_536;

    private static final Duration TIME_FOR_KEPT = Duration.ofMinutes(1);

    private RequestBodyReader() {}

    /** Answers {@code Expect: 100-continue} first. Fails where a short body does not come within a minute. */
    static Future<RequestBody> start(HttpServerRequest request, Vertx vertx) {
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
        return isLong(request) ? Future.succeededFuture(new RequestBody(Buffer.buffer(), false)) : read(request, vertx);
    }

    /** As its header says; what has none may be long all the same. */
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
