package io.xtokenkeeper.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;

/** Refuses a query that cannot be decoded: whoever reads a parameter of it later fails, each in its own way. */
@Singleton
class QueryCheck {
    /** Before the framework's authentication, which may be the first to read one. */
    private static final int BEFORE_AUTHENTICATION = 240;

    private static final Pattern NO_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

    private final SayProblem problems;

    QueryCheck(SayProblem problems) {
        this.problems = problems;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, BEFORE_AUTHENTICATION);
    }

    private void check(RoutingContext call) {
        var query = call.request().query();
        if (query != null && !isDecodable(query)) {
            problems.say(call, Problem.of(ProblemType.BAD_REQUEST, "The query holds a % that begins no escape"));
        } else {
            call.next();
        }
    }

    /** Is each % followed by two hexadecimal digits (RFC 3986 §2.1)? */
    static boolean isDecodable(String encoded) {
        return !NO_ESCAPE.matcher(encoded).find();
    }
}
