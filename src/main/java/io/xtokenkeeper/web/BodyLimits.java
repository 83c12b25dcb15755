package io.xtokenkeeper.web;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;

/**
 * How large a body may be: small, except where a call is made to take more. {@code quarkus.http.limits.max-body-size}
 * bounds those; it has no setting for one address alone.
 */
@Singleton
class BodyLimits {
    /** Behind the framework's own limit, which it narrows. */
    private static final int AFTER_THE_GENERAL_LIMIT = 1;

    private static final long SMALL = 65_536;
    private static final Pattern TAKES_MORE = Pattern.compile("/api/v1/accounts/(import|[^/]+/x/.*)");

    void register(@Observes Filters filters) {
        filters.register(BodyLimits::check, AFTER_THE_GENERAL_LIMIT);
    }

    private static void check(RoutingContext request) {
        if (TAKES_MORE.matcher(request.normalizedPath()).matches()) {
            request.next();
            return;
        }
        var length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            // a body of unknown length is counted while it is read
            request.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, SMALL);
            request.next();
        } else if (length.length() > 9 || Long.parseLong(length) > SMALL) {
            var problem = Problem.of(ProblemType.TOO_LARGE, "The most is " + SMALL + " octets");
            // what is still on its way is not read
            request.response()
                    .endHandler(sent -> request.request().connection().close())
                    .setStatusCode(problem.status())
                    .putHeader(HttpHeaders.CONNECTION, "close")
                    .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                    .end("{\"type\":\"" + problem.type() + "\",\"title\":\"" + problem.title() + "\",\"status\":"
                            + problem.status() + ",\"detail\":\"" + problem.detail() + "\"}");
        } else {
            request.next();
        }
    }
}
