package io.xtokenkeeper.consumer;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.security.QuickCheck;
import io.xtokenkeeper.security.Rights;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.web.SayProblem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code GET …/token} of a caller who may have the token and asks plainly: answered on the event loop, though the token
 * may have to be waited for. Whatever else it may be, {@link TokensResource} answers it.
 */
@ApplicationScoped
class AnswerTokenCalls {
    private static final Pattern MIN_TTL = Pattern.compile("min_ttl=([0-9]{1,5})");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json;charset=UTF-8");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private final FindTokens find;
    private final QuickCheck door;
    private final SayProblem problems;
    private final InstantSource clock;

    AnswerTokenCalls(FindTokens find, QuickCheck door, SayProblem problems, InstantSource clock) {
        this.find = find;
        this.door = door;
        this.problems = problems;
        this.clock = clock;
    }

    void answer(RoutingContext call) {
        var account = AccountId.parse(call.pathParam("id"));
        var needed = needed(call.request());
        if (account.isEmpty() || needed.isEmpty() || !door.admits(call.request(), Rights.TOKEN, account.get())) {
            call.next();
            return;
        }
        find.fresh(account.get(), needed.get())
                .onSuccess(token -> say(call, TokenJson.of(account.get(), token, clock.instant())))
                .onFailure(failure -> problems.say(call, failure));
    }

    /** Empty where the query is not plainly right. */
    private static Optional<Duration> needed(HttpServerRequest request) {
        var query = request.query();
        if (query == null) {
            return Optional.of(Duration.ofSeconds(TokensResource.USUAL_MIN_TTL));
        }
        var minTtl = MIN_TTL.matcher(query);
        return minTtl.matches()
                ? Optional.of(Integer.parseInt(minTtl.group(1)))
                        .filter(seconds -> seconds <= TokensResource.SECONDS_A_DAY)
                        .map(Duration::ofSeconds)
                : Optional.empty();
    }

    private static void say(RoutingContext call, TokenJson json) {
        call.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
                .end(json.text());
    }
}
