package io.xtokenkeeper.proxy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.http.WorkerDispatch;
import io.xtokenkeeper.refresh.TokenResult;
import io.xtokenkeeper.refresh.TokenService;
import io.xtokenkeeper.security.CallerPermits;
import io.xtokenkeeper.token.TokenLookup;
import io.xtokenkeeper.xapi.NotSentException;
import io.xtokenkeeper.xapi.RequestBody;
import io.xtokenkeeper.xapi.SlowUploadException;
import io.xtokenkeeper.xapi.XProxyClient;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/**
 * Sends a call to X with the account's access token. On a 401 of X the token is refreshed, once. If the request body was
 * short enough to be kept, the call is repeated; otherwise the caller receives the 401, and its next call uses the new
 * token. Nothing else is repeated, and no other status affects the grant.
 */
@Singleton
class XProxyService {
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final int MAX_UPLOADS_PER_KEY = 8;
    private static final int MAX_UPLOADS = 128;
    private static final int UNAUTHORIZED = 401;
    /** Sent by a proxy on our side; not passed on to callers. */
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private final TokenLookup lookup;
    private final TokenService tokens;
    private final XProxyClient x;
    private final WorkerDispatch workers;
    /**
     * An upload may occupy a connection for as long as {@link XProxyClient} permits; the limit leaves connections for other
     * calls.
     */
    private final CallerPermits uploads = new CallerPermits(MAX_UPLOADS);

    private final Vertx vertx;

    XProxyService(TokenLookup lookup, TokenService tokens, XProxyClient x, WorkerDispatch workers, Vertx vertx) {
        this.lookup = lookup;
        this.tokens = tokens;
        this.x = x;
        this.workers = workers;
        this.vertx = vertx;
    }

    /**
     * Sends the call and returns X's response with its body paused. Fails with a {@link ProblemException} if there is none.
     *
     * @param caller as named in audit events
     */
    Future<HttpClientResponse> answer(XProxyCall call, String caller) {
        return lookup.validToken(call.account(), Optional.empty())
                .map(TokenResult.Token::token)
                .compose(token -> RequestBodyReader.start(call.request(), vertx)
                        .compose(body ->
                                body.whole() ? askAndRepeat(call, token, body) : upload(call, token, body, caller)));
    }

    private Future<HttpClientResponse> askAndRepeat(XProxyCall call, AccessToken token, RequestBody body) {
        return ask(call, token, body)
                .compose(answer -> answer.statusCode() == UNAUTHORIZED
                        ? refused(call, token, body, answer)
                        : Future.succeededFuture(answer));
    }

    private Future<HttpClientResponse> upload(XProxyCall call, AccessToken token, RequestBody body, String caller) {
        return uploads.tryAcquire(caller, MAX_UPLOADS_PER_KEY)
                .map(permit -> askAndRepeat(call, token, body).onComplete(any -> permit.close()))
                .orElseGet(() -> Future.failedFuture(new ProblemException(Problem.of(
                                ProblemType.TOO_MANY_UPLOADS,
                                "An API key may send " + MAX_UPLOADS_PER_KEY + " long bodies at the same time")
                        .retryAfter(PAUSE))));
    }

    void pass(HttpClientResponse answer, XProxyCall call) {
        x.pass(answer, call.request());
    }

    private Future<HttpClientResponse> refused(
            XProxyCall call, AccessToken token, RequestBody body, HttpClientResponse answer) {
        return workers.run(() -> tokens.insteadOf(token, call.account()))
                .onFailure(unknown -> x.drop(answer))
                .compose(fresh -> {
                    if (fresh instanceof TokenResult.Token(var other, var scope, var expiresAt)
                            && !other.equals(token)
                            && body.whole()) {
                        x.drop(answer);
                        return ask(call, other, body);
                    }
                    return Future.succeededFuture(answer);
                });
    }

    private Future<HttpClientResponse> ask(XProxyCall call, AccessToken token, RequestBody body) {
        return x.ask(call.request(), call.path(), token, body, call.gone())
                .recover(failure -> Future.failedFuture(new ProblemException(problem(failure))))
                .compose(answer -> {
                    if (answer.statusCode() == PROXY_AUTHENTICATION_REQUIRED) {
                        x.drop(answer);
                        return Future.failedFuture(new ProblemException(Problem.of(
                                ProblemType.X_FAILED,
                                "X was not asked: the proxy on the way there does not take our user and password")));
                    }
                    return Future.succeededFuture(answer);
                });
    }

    private static Problem problem(Throwable failure) {
        return switch (failure) {
            case NotSentException notSent ->
                Problem.of(ProblemType.X_FAILED, "X was not asked: " + notSent.getMessage())
                        .retryAfter(PAUSE);
            case SlowUploadException slow -> Problem.of(ProblemType.SLOW_UPLOAD, slow.getMessage());
            default ->
                Problem.of(
                        ProblemType.X_FAILED,
                        "X did not answer in time, or broke off. Whether it did what was asked is not known.");
        };
    }
}
