package io.xtokenkeeper.xapi;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
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
import io.xtokenkeeper.domain.AccessToken;
import java.util.concurrent.TimeUnit;

/**
 * Sends a caller's request to X with an account's access token, and streams X's response back. Both directions have
 * back-pressure: no body is held in memory, apart from what the caller passes in. Follows no redirect and retries nothing.
 * Must be used on the caller's event loop.
 */
public final class XProxyClient {
    /** The response header that marks a response as X's, not ours. */
    public static final String ANSWERED_BY = "Keeper-Answered-By";

    /** Keeps a browser from running an HTML response of X as a page of our origin. */
    private static final String NOT_A_PAGE = "default-src 'none'; sandbox";

    private static final int CONNECTIONS = 256;
    private static final int MAX_WAITING = 1_024;
    private static final int CONNECT_MILLIS = 5_000;
    /** Time to wait for a free connection, or for one to be made through a proxy. */
    private static final int MAX_WAIT_MILLIS = 15_000;

    /** Seconds without a transferred byte in either direction. */
    private static final int MAX_STANDSTILL = 60;

    private final Vertx vertx;
    private final HttpClient client;
    private final XEndpoints endpoints;
    private final UploadLimits limits;

    public XProxyClient(Vertx vertx, XEndpoints endpoints) {
        this(vertx, endpoints, UploadLimits.DEFAULT);
    }

    XProxyClient(Vertx vertx, XEndpoints endpoints, UploadLimits limits) {
        this.vertx = vertx;
        this.endpoints = endpoints;
        this.limits = limits;
        this.client = vertx.createHttpClient(endpoints
                .clientOptions()
                .setMaxPoolSize(CONNECTIONS)
                .setMaxWaitQueueSize(MAX_WAITING)
                .setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeout(MAX_STANDSTILL)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setDecompressionSupported(false));
    }

    /**
     * Sends the request and returns the status and headers of X's response, with its body paused. Fails if X does not
     * respond within the deadline, counted from the end of the request; with a {@link NotSentException} if the request was
     * not sent, and with a {@link SlowUploadException} if the request body was too slow.
     *
     * @param gone completes when the caller disconnects: the call to X is then cancelled
     */
    public Future<HttpClientResponse> ask(
            HttpServerRequest caller, XApiPath path, AccessToken token, RequestBody body, Future<Void> gone) {
        return client.request(target(caller, path))
                .recover(failure -> Future.failedFuture(notSent(failure)))
                .compose(request -> {
                    ProxyHeaders.toX(caller.headers(), request.headers());
                    request.putHeader(
                            HttpHeaders.AUTHORIZATION, "Bearer " + token.value().reveal());
                    gone.onSuccess(away -> request.reset());
                    return body.whole() ? send(body.read(), request) : stream(caller, body.read(), request);
                });
    }

    private NotSentException notSent(Throwable failure) {
        var why = endpoints.notSent(failure).orElse("no connection to X came free in time");
        return new NotSentException(why, failure);
    }

    private RequestOptions target(HttpServerRequest caller, XApiPath path) {
        var ssl = "https".equals(endpoints.api().getScheme());
        var port = endpoints.api().getPort();
        return new RequestOptions()
                .setMethod(caller.method())
                .setHost(endpoints.api().getHost())
                .setPort(port > 0 ? port : ssl ? 443 : 80)
                .setSsl(ssl)
                .setFollowRedirects(false)
                .setConnectTimeout(MAX_WAIT_MILLIS)
                .setURI(path.requestTarget());
    }

    private Future<HttpClientResponse> send(Buffer body, HttpClientRequest request) {
        var answer = request.response().onSuccess(HttpClientResponse::pause);
        var sent = body.length() == 0 ? request.end() : request.end(body);
        sent.onSuccess(all -> limit(request, answer)).onFailure(broken -> request.reset());
        return answer;
    }

    private Future<HttpClientResponse> stream(HttpServerRequest caller, Buffer read, HttpClientRequest request) {
        var answer = request.response().onSuccess(HttpClientResponse::pause);
        var outcome = Promise.<HttpClientResponse>promise();
        var length = caller.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            request.setChunked(true);
        } else {
            request.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        }
        if (read.length() > 0) {
            request.write(read);
        }
        // a truncated request body must not look complete to X
        var pipe = caller.pipe().endOnFailure(false);
        var watch = UploadWatch.start(vertx, caller, limits, late -> {
            outcome.tryFail(late);
            pipe.close();
            request.exceptionHandler(reset -> {}).reset();
        });
        pipe.to(request)
                .onComplete(over -> watch.stop())
                .onSuccess(sent -> limit(request, answer))
                .onFailure(broken -> request.reset());
        // if X responds early, the rest of the request body is still sent and still monitored
        answer.onSuccess(outcome::tryComplete).onFailure(outcome::tryFail);
        return outcome.future();
    }

    private void limit(HttpClientRequest request, Future<HttpClientResponse> answer) {
        if (!answer.isComplete()) {
            var timer = vertx.setTimer(endpoints.deadline().toMillis(), late -> request.reset());
            answer.onComplete(any -> vertx.cancelTimer(timer));
        }
    }

    /**
     * Streams X's response to the caller. If it is truncated, the caller's connection is reset, so that the caller does not
     * take a part for the whole. The connection (unless HTTP/2) is also closed after the response if X responded before it
     * had received the whole request.
     */
    public void pass(HttpClientResponse answer, HttpServerRequest caller) {
        pass(answer, answer, caller);
    }

    /**
     * Like {@link #pass(HttpClientResponse, HttpServerRequest)}, and hands a copy of the body to {@code whole} at its end.
     *
     * @param limit in bytes; of a longer body, no copy is made
     */
    public void pass(HttpClientResponse answer, HttpServerRequest caller, int limit, Handler<Buffer> whole) {
        pass(answer, new PeekedBody(answer, limit, whole), caller);
    }

    private static void pass(HttpClientResponse answer, ReadStream<Buffer> body, HttpServerRequest caller) {
        var response = caller.response().setStatusCode(answer.statusCode());
        ProxyHeaders.fromX(answer.headers(), response.headers());
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

    /** Reads and discards a response that is not passed on, so that its connection can be reused. */
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
