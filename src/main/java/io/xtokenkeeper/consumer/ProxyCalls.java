package io.xtokenkeeper.consumer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.security.LetIn;
import io.xtokenkeeper.security.Rights;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.web.Problem;
import io.xtokenkeeper.web.ProblemException;
import io.xtokenkeeper.web.ProblemType;
import io.xtokenkeeper.web.SayProblem;
import io.xtokenkeeper.x.ForwardToX;
import io.xtokenkeeper.x.XPath;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;

/**
 * {@code ANY /api/v1/accounts/{id}/x/{path}}: the call is made at X with the account's token, which the caller never sees.
 * Only what {@link XPath} takes is called, for a caller who may take the account's token. What X will not take before a
 * certain time is answered here.
 */
@ApplicationScoped
class ProxyCalls {
    private static final String MOUNT = "/api/v1/accounts/";
    private static final String BEFORE_PATH = "x/";
    /** TRACE would say back what X got, token included. */
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

    private static final int TOO_MANY = 429;

    private final LetIn door;
    private final SpentLimits limits;
    private final ForwardCall forward;
    private final LearnPerson learn;
    private final SayProblem problems;
    private final MeterRegistry meters;

    ProxyCalls(
            LetIn door,
            SpentLimits limits,
            ForwardCall forward,
            LearnPerson learn,
            SayProblem problems,
            MeterRegistry meters) {
        this.door = door;
        this.limits = limits;
        this.forward = forward;
        this.learn = learn;
        this.problems = problems;
        this.meters = meters;
    }

    /** Whether the address, as it came over the line, is one of these: by its path resolved it may look like another. */
    static boolean concerns(RoutingContext call) {
        var raw = call.request().uri();
        return raw.startsWith(MOUNT) && raw.startsWith(BEFORE_PATH, raw.indexOf('/', MOUNT.length()) + 1);
    }

    void handle(RoutingContext call) {
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
            problems.say(call, e.problem());
        }
    }

    private void answer(RoutingContext call, ProxyCall proxied) {
        LearnPerson.prepare(proxied);
        admit(call, proxied)
                .compose(caller -> forward.answer(proxied, caller))
                .onFailure(failure -> problems.say(call, failure))
                .onSuccess(answer -> pass(answer, proxied));
    }

    /** @throws ProblemException where it cannot be one */
    private static ProxyCall read(RoutingContext call, Future<Void> gone) {
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
        return new ProxyCall(
                call.request(),
                AccountId.parse(id).orElseThrow(() -> new ProblemException(Problem.unknownAccount(id))),
                XPath.parse(rest.substring(slash + 1 + BEFORE_PATH.length())).orElseThrow(ProxyCalls::noPath),
                gone);
    }

    /** Who calls, as events name it. */
    private Future<String> admit(RoutingContext call, ProxyCall proxied) {
        var welcome = door.whoMay(Rights.TOKEN, Optional.of(proxied.account()), call);
        return OffTheLoop.await(welcome.subscribeAsCompletionStage()).map(caller -> {
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

    private void pass(HttpClientResponse answer, ProxyCall proxied) {
        if (answer.statusCode() == TOO_MANY) {
            limits.spent(proxied.account(), proxied.request().method(), proxied.path(), answer.headers());
        }
        if (LearnPerson.concerns(proxied)) {
            learn.pass(answer, proxied);
        } else {
            forward.pass(answer, proxied);
        }
    }

    /** By whose answer it was, and its first digit. */
    private void count(RoutingContext call) {
        var response = call.response();
        var by = response.headers().contains(ForwardToX.ANSWERED_BY) ? "x" : "keeper";
        counter(meters, by, response.getStatusCode() / 100 + "xx").increment();
    }

    /** Named before the first call, so that whoever watches sees a zero and not a gap. */
    static Counter counter(MeterRegistry meters, String answeredBy, String status) {
        return meters.counter("keeper.proxy.requests", "answered_by", answeredBy, "status", status);
    }

    private static ProblemException noPath() {
        return refusal(
                ProblemType.BAD_REQUEST,
                "The path after /x/ must begin with 2/ and hold nothing but letters, digits, '.', '_', '-' and single"
                        + " slashes; 2/oauth2 is not called for anybody");
    }

    private static ProblemException refusal(ProblemType type, String detail) {
        return new ProblemException(Problem.of(type, detail));
    }
}
