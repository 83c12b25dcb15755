package io.xtokenkeeper.consumer;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.refresh.Fresh;
import io.xtokenkeeper.refresh.FreshTokens;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.web.Problem;
import io.xtokenkeeper.web.ProblemException;
import io.xtokenkeeper.web.ProblemType;
import io.xtokenkeeper.x.ForwardToX;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Makes a call at X with the account's token. X's 401 has the token refreshed, once; the call is repeated where its body
 * was small enough to be kept, otherwise the caller hears the 401 and his next call has the new token. Nothing else is
 * repeated, and no other status touches the grant.
 */
@Singleton
class ForwardCall {
    private static final int KEPT_BODY = 65_536;
    private static final int UNAUTHORIZED = 401;

    private final FindTokens find;
    private final FreshTokens tokens;
    private final ForwardToX x;
    private final OffTheLoop offTheLoop;

    ForwardCall(FindTokens find, FreshTokens tokens, ForwardToX x, OffTheLoop offTheLoop) {
        this.find = find;
        this.tokens = tokens;
        this.x = x;
        this.offTheLoop = offTheLoop;
    }

    /** X's answer, whose body waits. Fails with a {@link ProblemException} where there is none. */
    Future<HttpClientResponse> answer(ProxyCall call) {
        return find.fresh(call.account(), Optional.empty())
                .map(Fresh.Token::token)
                .compose(token -> body(call.request())
                        .compose(body -> ask(call, token, body)
                                .compose(answer -> answer.statusCode() == UNAUTHORIZED
                                        ? refused(call, token, body, answer)
                                        : Future.succeededFuture(answer))));
    }

    void pass(HttpClientResponse answer, ProxyCall call) {
        x.pass(answer, call.request());
    }

    private Future<HttpClientResponse> refused(
            ProxyCall call, AccessToken token, Optional<Buffer> body, HttpClientResponse answer) {
        return offTheLoop
                .run(() -> tokens.insteadOf(token, call.account()))
                .onFailure(unknown -> x.drop(answer))
                .compose(fresh -> {
                    if (fresh instanceof Fresh.Token(var other, var scope, var expiresAt)
                            && !other.equals(token)
                            && body.isPresent()) {
                        x.drop(answer);
                        return ask(call, other, body);
                    }
                    return Future.succeededFuture(answer);
                });
    }

    private Future<HttpClientResponse> ask(ProxyCall call, AccessToken token, Optional<Buffer> body) {
        return x.ask(call.request(), call.path(), token, body, call.gone())
                .recover(failure -> Future.failedFuture(new ProblemException(Problem.of(
                        ProblemType.X_FAILED,
                        "X did not answer in time, or broke off. Whether it did what was asked is not known."))));
    }

    /** Empty where it is passed on as it comes, and so cannot be sent again. */
    private static Future<Optional<Buffer>> body(HttpServerRequest request) {
        var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || (length != null && Long.parseLong(length) > KEPT_BODY)) {
            return Future.succeededFuture(Optional.empty());
        }
        var body = request.body();
        request.resume();
        return body.map(Optional::of);
    }
}
