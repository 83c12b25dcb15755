package io.xtokenkeeper.http;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Rejects request bodies that are too large or of a media type that no resource accepts, before the body is read.
 *
 * <p>Calls that are forwarded to X are not checked here: they have a route of their own, which comes first.
 *
 * <ol>
 *   <li>At most {@value #SMALL} bytes, except for the import, which {@code quarkus.http.limits.max-body-size} bounds: that
 *       setting applies to all paths and cannot be set for a single one.
 *   <li>Forms are accepted by pages only, and never as multipart: the service accepts no file uploads.
 * </ol>
 */
@Singleton
class BodyLimits {
    /** After the framework's own limit, which this one narrows. */
    private static final int AFTER_THE_GENERAL_LIMIT = 1;

    static final long SMALL = 65_536;
    private static final int DIGITS = 9;
    private static final String TAKES_MORE = "/api/v1/accounts/import";
    private static final String FORM = "application/x-www-form-urlencoded";

    /**
     * RFC 9110 §8.3.1, with at most eight parameters. The framework fails on an invalid media type. Written so that matching
     * does not backtrack.
     */
    private static final Pattern MEDIA_TYPE = Pattern.compile("[\\w!#$&^.+*'`|~-]+/[\\w!#$&^.+*'`|~-]+\\s*+"
            + "(;\\s*+([\\w-]+=(\"[^\"\\\\]*+\"|[\\w!#$&^.+*'`|~:/-]++)\\s*+)?+){0,8}+");

    private final CallerCheck callers;
    private final ProblemWriter problems;

    BodyLimits(CallerCheck callers, ProblemWriter problems) {
        this.callers = callers;
        this.problems = problems;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, AFTER_THE_GENERAL_LIMIT);
    }

    private void check(RoutingContext request) {
        var type = Optional.ofNullable(request.request().getHeader(HttpHeaders.CONTENT_TYPE))
                .map(text -> text.strip().toLowerCase(Locale.ROOT))
                .orElse("");
        if (!type.isEmpty() && !MEDIA_TYPE.matcher(type).matches()) {
            refuse(request, Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The Content-Type is no media type"));
        } else if (type.startsWith("multipart/") || (isCall(request) && type.startsWith(FORM))) {
            refuse(request, Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "This call does not accept forms"));
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
            // no length in the header: counted while the body is read
            request.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, SMALL);
            return false;
        }
        return length.length() > DIGITS || Long.parseLong(length) > SMALL;
    }

    static Problem tooLarge() {
        return Problem.of(ProblemType.TOO_LARGE, "The most is " + SMALL + " bytes");
    }

    /** The caller of an API call without a key, or without the permission, is told that first. */
    private void refuse(RoutingContext request, Problem problem) {
        if (isCall(request)) {
            request.request().pause();
            WorkerDispatch.await(callers.whoMayCallApi(request).subscribeAsCompletionStage())
                    .onSuccess(caller -> problems.say(request, problem))
                    .onFailure(refusal -> problems.say(request, refusal));
        } else {
            problems.say(request, problem);
        }
    }

    private static boolean isCall(RoutingContext request) {
        return request.normalizedPath().startsWith("/api/");
    }
}
