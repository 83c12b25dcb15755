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
 * Passes a caller's request on to X with an account's token, and X's answer back, piece by piece: whoever is slower sets
 * the pace and no body is held. Follows no redirect, repeats nothing. To be used on the caller's event loop.
 */
public final class XProxyClient {
    /** Says of an answer that it is X's and not ours. */
    public static final String ANSWERED_BY = "Keeper-Answered-By";

    /** Whatever X answers, a page of it is not a page of ours. */
    private static final String NOT_A_PAGE = "default-src 'none'; sandbox";

    private static final int CONNECTIONS = 256;
    private static final int MOST_WAITING = 1_024;
    private static final int CONNECT_MILLIS = 5_000;
    /** For a connection to come free, or to be made through a proxy. */
    private static final int LONGEST_WAIT_MILLIS = 15_000;

    /** Seconds in which nothing moves in either direction. */
    private static final int LONGEST_STANDSTILL = 60;

    private final Vertx vertx;
    private final HttpClient client;
    private final XEndpoints hosts;
    private final UploadLimits limits;

    public XProxyClient(Vertx vertx, XEndpoints hosts) {
        this(vertx, hosts, UploadLimits.DEFAULT);
    }

    XProxyClient(Vertx vertx, XEndpoints hosts, UploadLimits limits) {
        this.vertx = vertx;
        this.hosts = hosts;
        this.limits = limits;
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
     * the request; with a {@link NotSentException} where it was not sent, with a {@link SlowUploadException} where the body
     * took too long.
     *
     * @param gone completes where the caller goes away: the call to X ends then
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
        var why = hosts.notSent(failure).orElse("no connection to X came free in time");
        return new NotSentException(why, failure);
    }

    private RequestOptions target(HttpServerRequest caller, XApiPath path) {
        var ssl = "https".equals(hosts.api().getScheme());
        var port = hosts.api().getPort();
        return new RequestOptions()
                .setMethod(caller.method())
                .setHost(hosts.api().getHost())
                .setPort(port > 0 ? port : ssl ? 443 : 80)
                .setSsl(ssl)
                .setFollowRedirects(false)
                .setConnectTimeout(LONGEST_WAIT_MILLIS)
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
        // a body that breaks off must not look like a whole one
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
        // where X answers early the rest of the body is still on its way, and still watched
        answer.onSuccess(outcome::tryComplete).onFailure(outcome::tryFail);
        return outcome.future();
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
