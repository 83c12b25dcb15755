package io.xtokenkeeper.proxy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.http.ProblemWriter;
import io.xtokenkeeper.http.WorkerDispatch;
import io.xtokenkeeper.security.Permissions;
import io.xtokenkeeper.security.RouteAuthorizer;
import io.xtokenkeeper.usage.UsageCounter;
import io.xtokenkeeper.xapi.XApiPath;
import io.xtokenkeeper.xapi.XProxyClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;

/**
 * {@code ANY /api/v1/accounts/{id}/x/{path}}: sends the request to X with the account's access token, which is not returned
 * to the caller. Only paths that {@link XApiPath} accepts are called, for callers with the permission {@code proxy} for this
 * account whose key permits the method and path. While X's rate limit for the call is exhausted, the response is 429 without a call to X.
 */
@ApplicationScoped
public class XProxyRoute {
    private static final String MOUNT = "/api/v1/accounts/";
    private static final String BEFORE_PATH = "x/";
    /** Without TRACE: X's response would contain the request, access token included. */
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

    private static final int TOO_MANY = 429;

    private final RouteAuthorizer authorizer;
    private final XRateLimitCache limits;
    private final XProxyService service;
    private final PersonLookup personLookup;
    private final UsageCounter usage;
    private final ProblemWriter problems;
    private final MeterRegistry meters;

    XProxyRoute(
            RouteAuthorizer authorizer,
            XRateLimitCache limits,
            XProxyService service,
            PersonLookup personLookup,
            UsageCounter usage,
            ProblemWriter problems,
            MeterRegistry meters) {
        this.authorizer = authorizer;
        this.limits = limits;
        this.service = service;
        this.personLookup = personLookup;
        this.usage = usage;
        this.problems = problems;
        this.meters = meters;
    }

    /** Whether the raw request URI belongs to this route: the normalized path could look like another one. */
    public static boolean concerns(RoutingContext call) {
        var raw = call.request().uri();
        return raw.startsWith(MOUNT) && raw.startsWith(BEFORE_PATH, raw.indexOf('/', MOUNT.length()) + 1);
    }

    public void handle(RoutingContext call) {
        call.request().pause();
        Promise<Void> gone = Promise.promise();
        call.addEndHandler(end -> {
            count(call);
            if (end.failed()) {
                gone.complete();
            }
        });
        try {
            answer(call, read(call, gone.future()));
        } catch (ProblemException e) {
            WorkerDispatch.await(authorizer
                            .whoMay(Permissions.PROXY, Optional.empty(), call)
                            .subscribeAsCompletionStage())
                    .onComplete(caller -> problems.say(call, caller.succeeded() ? e : caller.cause()));
        }
    }

    private void answer(RoutingContext call, XProxyCall proxied) {
        PersonLookup.prepare(proxied);
        admit(call, proxied)
                .compose(caller -> service.answer(proxied, caller)
                        .onSuccess(answer ->
                                usage.count(UsageCounter.keyOf(caller), proxied.account(), UsageCounter.Kind.CALL)))
                .onFailure(failure -> problems.say(call, failure))
                .onSuccess(answer -> pass(answer, proxied));
    }

    /** @throws ProblemException if the request is not one that may be sent to X */
    private static XProxyCall read(RoutingContext call, Future<Void> gone) {
        if (!METHODS.contains(call.request().method())) {
            throw refusal(
                    ProblemType.METHOD_NOT_ALLOWED, call.request().method().name());
        }
        var rest = call.request().uri();
        var slash = rest.indexOf('/', MOUNT.length());
        if (!concerns(call)) {
            throw noPath();
        }
        var id = rest.substring(MOUNT.length(), slash);
        return new XProxyCall(
                call.request(),
                AccountId.parse(id).orElseThrow(() -> new ProblemException(Problem.unknownAccount(id))),
                XApiPath.parse(rest.substring(slash + 1 + BEFORE_PATH.length())).orElseThrow(XProxyRoute::noPath),
                gone);
    }

    /** Checks permission and rate limit. Returns the caller's name in audit events. */
    private Future<String> admit(RoutingContext call, XProxyCall proxied) {
        var authorized = authorizer.whoMayCall(
                proxied.account(),
                proxied.request().method().name(),
                proxied.path().path(),
                call);
        return WorkerDispatch.await(authorized.subscribeAsCompletionStage()).map(caller -> {
            limits.left(proxied.account(), proxied.request().method(), proxied.path())
                    .ifPresent(left -> {
                        throw new ProblemException(Problem.of(
                                        ProblemType.X_RATE_LIMITED,
                                        "This account has made all its calls to "
                                                + proxied.path().endpoint() + " for now")
                                .with("account", proxied.account().value())
                                .retryAfter(left));
                    });
            return caller;
        });
    }

    private void pass(HttpClientResponse answer, XProxyCall proxied) {
        if (answer.statusCode() == TOO_MANY) {
            limits.spent(proxied.account(), proxied.request().method(), proxied.path(), answer.headers());
        }
        if (PersonLookup.concerns(proxied)) {
            personLookup.pass(answer, proxied);
        } else {
            service.pass(answer, proxied);
        }
    }

    /** Counts responses by their origin (X or this service) and status class. */
    private void count(RoutingContext call) {
        var response = call.response();
        var by = response.headers().contains(XProxyClient.ANSWERED_BY) ? "x" : "keeper";
        counter(meters, by, response.getStatusCode() / 100 + "xx").increment();
    }

    /** Registered before the first call, so that monitoring shows zero instead of a missing metric. */
    public static Counter counter(MeterRegistry meters, String answeredBy, String status) {
        return meters.counter("keeper.proxy.requests", "answered_by", answeredBy, "status", status);
    }

    private static ProblemException noPath() {
        return refusal(
                ProblemType.BAD_REQUEST,
                "The path after /x/ must begin with 2/ and hold nothing but letters, digits, '.', '_', '-' and single"
                        + " slashes; 2/oauth2 cannot be called");
    }

    private static ProblemException refusal(ProblemType type, String detail) {
        return new ProblemException(Problem.of(type, detail));
    }
}
