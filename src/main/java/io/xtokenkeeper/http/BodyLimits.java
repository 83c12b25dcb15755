package io.xtokenkeeper.http;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What bodies are let in, decided before anybody reads them.
 *
 * <p>Calls that are passed on to X are none of this: they have a route of their own in front.
 *
 * <ol>
 *   <li>Small ones, except where a call is made to take more. {@code quarkus.http.limits.max-body-size} bounds those; it
 *       has no setting for one address alone.
 *   <li>Forms on pages alone, and nowhere in parts: nothing here takes files.
 * </ol>
 */
@Singleton
class BodyLimits {
    /** Behind the framework's own limit, which it narrows. */
    private static final int AFTER_THE_GENERAL_LIMIT = 1;

    static final long SMALL = 65_536;
    private static final int DIGITS = 9;
    private static final String TAKES_MORE = "/api/v1/accounts/import";
    private static final String FORM = "application/x-www-form-urlencoded";

    /** RFC 9110 §8.3.1, with a few parameters. The framework fails on what is none. Nothing here is tried twice. */
    private static final Pattern MEDIA_TYPE = Pattern.compile("[\\w!#$&^.+*'`|~-]+/[\\w!#$&^.+*'`|~-]+\\s*+"
            + "(;\\s*+([\\w-]+=(\"[^\"\\\\]*+\"|[\\w!#$&^.+*'`|~:/-]++)\\s*+)?+){0,8}+");

    void register(@Observes Filters filters) {
        filters.register(BodyLimits::check, AFTER_THE_GENERAL_LIMIT);
    }

    private static void check(RoutingContext request) {
        var type = Optional.ofNullable(request.request().getHeader(HttpHeaders.CONTENT_TYPE))
                .map(text -> text.strip().toLowerCase(Locale.ROOT))
                .orElse("");
        var isCall = request.normalizedPath().startsWith("/api/");
        if (!type.isEmpty() && !MEDIA_TYPE.matcher(type).matches()) {
            refuse(request, Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The Content-Type is no media type"));
        } else if (type.startsWith("multipart/") || (isCall && type.startsWith(FORM))) {
            refuse(request, Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "No form is read here"));
        } else if (isTooLarge(request)) {
            refuse(request, tooLarge());
        } else {
            request.next();
        }
    }

    private static boolean isTooLarge(RoutingContext request) {
        if (request.normalizedPath().equals(TAKES_MORE)) {
            return false;
        }
        var length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            // counted while it is read
            request.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, SMALL);
            return false;
        }
        return length.length() > DIGITS || Long.parseLong(length) > SMALL;
    }

    static Problem tooLarge() {
        return Problem.of(ProblemType.TOO_LARGE, "The most is " + SMALL + " bytes");
    }

    /** What is still on its way is not read. */
    private static void refuse(RoutingContext request, Problem problem) {
        var answer = request.response();
        if (request.request().version() != HttpVersion.HTTP_2) {
            answer.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                    .endHandler(sent -> request.request().connection().close());
        }
        answer.setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end("{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
                        .formatted(problem.type(), problem.title(), problem.status(), problem.detail()));
    }
}
