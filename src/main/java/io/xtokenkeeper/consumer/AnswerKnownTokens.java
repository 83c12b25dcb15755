package io.xtokenkeeper.consumer;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.door.QuickCheck;
import io.xtokenkeeper.door.Rights;
import io.xtokenkeeper.refresh.FreshTokens;
import io.xtokenkeeper.token.AccountId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code GET …/token} where the token is in memory and the caller may have it: answered on the event loop. Whatever else
 * it may be, {@link TokensResource} answers it.
 */
@Singleton
class AnswerKnownTokens {
    private static final Pattern MIN_TTL = Pattern.compile("min_ttl=([0-9]{1,5})");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json;charset=UTF-8");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private final FreshTokens tokens;
    private final QuickCheck door;
    private final InstantSource clock;

    AnswerKnownTokens(FreshTokens tokens, QuickCheck door, InstantSource clock) {
        this.tokens = tokens;
        this.door = door;
        this.clock = clock;
    }

    void answer(RoutingContext call) {
        known(call).ifPresentOrElse(json -> say(call, json), call::next);
    }

    private Optional<TokenJson> known(RoutingContext call) {
        var account = AccountId.parse(call.pathParam("id"));
        if (account.isEmpty() || !door.admits(call.request(), Rights.TOKEN, account.get())) {
            return Optional.empty();
        }
        return needed(call.request())
                .flatMap(needed -> tokens.atHand(account.get(), needed))
                .map(token -> TokenJson.of(account.get(), token, clock.instant()));
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
