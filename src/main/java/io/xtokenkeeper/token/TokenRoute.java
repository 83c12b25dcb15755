package io.xtokenkeeper.token;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.http.ProblemWriter;
import io.xtokenkeeper.http.QueryParameters;
import io.xtokenkeeper.http.WorkerDispatch;
import io.xtokenkeeper.security.CachedKeyCheck;
import io.xtokenkeeper.security.Permissions;
import io.xtokenkeeper.security.RouteAuthorizer;
import io.xtokenkeeper.usage.UsageCounter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code GET /api/v1/accounts/{id}/token?min_ttl=&scope=}: returns an access token that is valid for at least {@code min_ttl}
 * seconds, from 0 to 86400, and has the scopes. Served on the event loop, also if the token must be refreshed first. It is a Vert.x route
 * because a JAX-RS resource would cost three times the CPU (docs/serving.md); META-INF/openapi.yaml describes it.
 */
@ApplicationScoped
public class TokenRoute {
    private static final String MIN_TTL = "min_ttl";
    private static final String SCOPE = "scope";
    private static final Pattern ONLY_MIN_TTL = Pattern.compile(MIN_TTL + "=([0-9]{1,5})");
    private static final int SECONDS_A_DAY = 86_400;
    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json;charset=UTF-8");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private final TokenLookup lookup;
    private final CachedKeyCheck cachedKeys;
    private final RouteAuthorizer authorizer;
    private final UsageCounter usage;
    private final ProblemWriter problems;
    private final InstantSource clock;

    TokenRoute(
            TokenLookup lookup,
            CachedKeyCheck cachedKeys,
            RouteAuthorizer authorizer,
            UsageCounter usage,
            ProblemWriter problems,
            InstantSource clock) {
        this.lookup = lookup;
        this.cachedKeys = cachedKeys;
        this.authorizer = authorizer;
        this.usage = usage;
        this.problems = problems;
        this.clock = clock;
    }

    /**
     * Serves calls with a cached valid API key and no query but {@code min_ttl}, before Quarkus authenticates. Passes all
     * others on to {@link #answer}.
     */
    public void answerAtOnce(RoutingContext call) {
        var account = AccountId.parse(call.pathParam("id"));
        var query = call.request().query();
        var minTtl = plainMinTtl(query);
        var key = account.isEmpty() || (query != null && minTtl.isEmpty())
                ? Optional.<String>empty()
                : cachedKeys.admitted(call.request(), Permissions.TOKEN, account.get());
        if (key.isEmpty()) {
            call.next();
        } else {
            respond(call, lookUp(call, key.get(), account.get(), minTtl, Optional.empty()));
        }
    }

    /** Serves all other calls after Quarkus has authenticated them, rejections included. */
    public void answer(RoutingContext call) {
        var id = call.pathParam("id");
        var account = AccountId.parse(id);
        respond(
                call,
                WorkerDispatch.await(authorizer
                                .whoMay(Permissions.TOKEN, account, call)
                                .subscribeAsCompletionStage())
                        .compose(caller -> {
                            requireRead(call);
                            return lookUp(
                                    call,
                                    UsageCounter.keyOf(caller),
                                    account.orElseThrow(() -> unknown(id)),
                                    minTtl(call),
                                    scope(call));
                        }));
    }

    private static void requireRead(RoutingContext call) {
        if (!METHODS.contains(call.request().method())) {
            call.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            throw new ProblemException(Problem.of(ProblemType.METHOD_NOT_ALLOWED, "This address takes GET and HEAD"));
        }
    }

    private Future<AccessTokenResponse> lookUp(
            RoutingContext call, String key, AccountId account, Optional<Duration> minTtl, Optional<Scopes> required) {
        var found = lookup.validToken(account, minTtl);
        if (required.isPresent()) {
            found = found.compose(token -> lookup.withScopes(account, token, required.get()));
        }
        return found.map(token -> {
            var now = clock.instant();
            // the response to a HEAD has no token in it
            if (call.request().method().equals(HttpMethod.GET)) {
                usage.count(key, account, UsageCounter.Kind.READ, now);
            }
            return AccessTokenResponse.of(account, token, now);
        });
    }

    private static Optional<Scopes> scope(RoutingContext call) {
        return call.queryParam(SCOPE).stream()
                .findFirst()
                .map(given -> Scopes.parse(given)
                        .orElseThrow(
                                () -> QueryParameters.invalid(SCOPE, "must be names of scopes, separated by spaces")));
    }

    private void respond(RoutingContext call, Future<AccessTokenResponse> found) {
        found.onSuccess(token -> call.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                        .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
                        .end(token.text()))
                .onFailure(failure -> problems.say(call, failure));
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(Problem.unknownAccount(id));
    }

    /** Empty if there is no query, or if it contains anything but a valid {@code min_ttl}. */
    private static Optional<Duration> plainMinTtl(String query) {
        if (query == null) {
            return Optional.empty();
        }
        var only = ONLY_MIN_TTL.matcher(query);
        return only.matches() ? seconds(only.group(1)) : Optional.empty();
    }

    private static Optional<Duration> minTtl(RoutingContext call) {
        return call.queryParam(MIN_TTL).stream()
                .findFirst()
                .map(given -> seconds(given)
                        .orElseThrow(() -> QueryParameters.invalid(
                                MIN_TTL, "must be a number of seconds from 0 to " + SECONDS_A_DAY)));
    }

    private static Optional<Duration> seconds(String text) {
        try {
            return Optional.of(Integer.parseInt(text))
                    .filter(seconds -> seconds >= 0 && seconds <= SECONDS_A_DAY)
                    .map(Duration::ofSeconds);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
