package io.xtokenkeeper.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/**
 * Writes problems as responses to calls that Vert.x routes handle; {@link ProblemMappers} does the same for REST resources.
 */
@Singleton
public class ProblemWriter {
    private static final int UNAUTHORIZED = 401;

    private final ObjectMapper json;

    ProblemWriter(ObjectMapper json) {
        this.json = json;
    }

    /** Writes any failure as a problem. Writes nothing if the response has begun or the connection is closed. */
    public void say(RoutingContext call, Throwable failure) {
        if (call.response().headWritten() || call.response().closed()) {
            return;
        }
        say(
                call,
                failure instanceof ProblemException known
                        ? known.problem()
                        : Unexpected.problem(
                                failure,
                                call.request().method() + " "
                                        + call.currentRoute().getPath()));
    }

    public void say(RoutingContext call, Problem problem) {
        var response = call.response();
        response.setStatusCode(problem.status()).putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
        problem.retryAfterSeconds()
                .ifPresent(seconds -> response.putHeader(HttpHeaders.RETRY_AFTER, seconds.toString()));
        if (problem.status() == UNAUTHORIZED) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        leaveUnread(call.request());
        response.end(text(problem));
    }

    /**
     * For a response that is sent before the request was read completely: a body that may be long is not read, and the
     * connection is closed after the response.
     */
    private static void leaveUnread(HttpServerRequest request) {
        if (request.isEnded()) {
            return;
        }
        if (mayBeLong(request) && request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, "close");
        }
        request.resume();
    }

    private static boolean mayBeLong(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private String text(Problem problem) {
        try {
            return json.writeValueAsString(problem);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem can always be written", e);
        }
    }
}
