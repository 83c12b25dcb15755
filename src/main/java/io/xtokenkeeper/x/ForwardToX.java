package io.xtokenkeeper.x;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.streams.ReadStream;
import io.xtokenkeeper.token.AccessToken;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Passes a caller's request on to X with an account's token, and X's answer back, piece by piece: whoever is slower sets
 * the pace and no body is held. Follows no redirect, repeats nothing. To be used on the caller's event loop.
 */
public final class ForwardToX {
    /** Says of an answer that it is X's and not ours. */
    public static final String ANSWERED_BY = "Keeper-Answered-By";

    /** Whatever X answers, a page of it is not a page of ours. */
    private static final String NOT_A_PAGE = "default-src 'none'; sandbox";

    private static final int CONNECTIONS = 256;
    private static final int MOST_WAITING = 1_024;
    private static final int CONNECT_MILLIS = 5_000;
    /** Seconds in which nothing moves in either direction. */
    private static final int LONGEST_STANDSTILL = 60;

    private final Vertx vertx;
    private final HttpClient client;
    private final XHosts hosts;

    public ForwardToX(Vertx vertx, XHosts hosts) {
        this.vertx = vertx;
        this.hosts = hosts;
        this.client = vertx.createHttpClient(hosts.clientOptions()
                .setMaxPoolSize(CONNECTIONS)
                .setMaxWaitQueueSize(MOST_WAITING)
                .setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeout(LONGEST_STANDSTILL)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setDecompressionSupported(false));
    }

    /**
     * The head of X's answer; its body waits. Fails where X does not answer within the deadline, counted from the end of
     * the request.
     *
     * @param kept the request's body, where it was read already; otherwise it is passed on as it comes
     * @param gone completes where the caller goes away: the call to X ends then
     */
    public Future<HttpClientResponse> ask(
            HttpServerRequest caller, XPath path, AccessToken token, Optional<Buffer> kept, Future<Void> gone) {
        return client.request(target(caller, path)).compose(request -> {
            PassHeaders.toX(caller.headers(), request.headers());
            request.putHeader(
                    HttpHeaders.AUTHORIZATION, "Bearer " + token.value().reveal());
            gone.onSuccess(away -> request.reset());
            var answer = request.response();
            kept.map(body -> send(body, request))
                    .orElseGet(() -> stream(caller, request))
                    .onSuccess(sent -> limit(request, answer))
                    .onFailure(broken -> request.reset());
            return answer.onSuccess(HttpClientResponse::pause);
        });
    }

    private RequestOptions target(HttpServerRequest caller, XPath path) {
        var ssl = "https".equals(hosts.api().getScheme());
        var port = hosts.api().getPort();
        return new RequestOptions()
                .setMethod(caller.method())
                .setHost(hosts.api().getHost())
                .setPort(port > 0 ? port : ssl ? 443 : 80)
                .setSsl(ssl)
                .setFollowRedirects(false)
                .setURI(path.requestTarget());
    }

    private static Future<Void> send(Buffer body, HttpClientRequest request) {
        return body.length() == 0 ? request.end() : request.end(body);
    }

    private static Future<Void> stream(HttpServerRequest caller, HttpClientRequest request) {
        var length = caller.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            request.setChunked(true);
        } else {
            request.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        }
        if (caller.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            caller.response().writeContinue();
        }
        return caller.pipeTo(request);
    }

    private void limit(HttpClientRequest request, Future<HttpClientResponse> answer) {
        if (!answer.isComplete()) {
            var timer = vertx.setTimer(hosts.deadline().toMillis(), late -> request.reset());
            answer.onComplete(any -> vertx.cancelTimer(timer));
        }
    }

    /**
     * X's answer, to the caller. Where it breaks off in the middle the caller's connection is cut, so that a part is not
     * taken for the whole. So it is, after the answer, where X answered before it had heard all of the request.
     */
    public void pass(HttpClientResponse answer, HttpServerRequest caller) {
        pass(answer, answer, caller);
    }

    /**
     * The same, and the body is shown to {@code whole} once it has passed.
     *
     * @param limit a longer one, in bytes, is not
     */
    public void pass(HttpClientResponse answer, HttpServerRequest caller, int limit, Handler<Buffer> whole) {
        pass(answer, new PeekedBody(answer, limit, whole), caller);
    }

    private static void pass(HttpClientResponse answer, ReadStream<Buffer> body, HttpServerRequest caller) {
        var response = caller.response().setStatusCode(answer.statusCode());
        PassHeaders.fromX(answer.headers(), response.headers());
        response.putHeader(ANSWERED_BY, "x").putHeader("Content-Security-Policy", NOT_A_PAGE);
        if (hasLengthUnsaid(answer)) {
            response.setChunked(true);
        }
        body.pipeTo(response).onFailure(broken -> cut(response)).onSuccess(passed -> {
            if (!caller.isEnded() && caller.version() != HttpVersion.HTTP_2) {
                caller.connection().close();
            }
        });
    }

    /** Reads an answer that nobody gets, so that its connection can be used again. */
    public void drop(HttpClientResponse answer) {
        answer.handler(piece -> {});
        answer.resume();
    }

    private static boolean hasLengthUnsaid(HttpClientResponse answer) {
        var status = answer.statusCode();
        return answer.getHeader(HttpHeaders.CONTENT_LENGTH) == null && status != 204 && status != 304;
    }

    private static void cut(HttpServerResponse response) {
        if (!response.ended()) {
            response.reset();
        }
    }
}
