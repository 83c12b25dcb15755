package io.xtokenkeeper.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.WorkerDispatch;
import io.xtokenkeeper.refresh.PendingAccountResolver;
import io.xtokenkeeper.xapi.XProxyClient;
import io.xtokenkeeper.xapi.XUser;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Learns whose a pending account is from a caller's own {@code GET 2/users/me}: X counts, and may bill, each such call. */
@Singleton
class PersonLookup {
    private static final Logger LOG = Logger.getLogger(PersonLookup.class);
    private static final String ME = "2/users/me";
    private static final int OK = 200;
    private static final int MAX_BODY = 65_536;

    private final PendingAccountResolver resolver;
    private final XProxyClient x;
    private final WorkerDispatch workers;

    PersonLookup(PendingAccountResolver resolver, XProxyClient x, WorkerDispatch workers) {
        this.resolver = resolver;
        this.x = x;
        this.workers = workers;
    }

    static boolean concerns(XProxyCall call) {
        return call.account().isPending()
                && call.request().method().equals(HttpMethod.GET)
                && call.path().path().equals(ME);
    }

    /** To be called before the call goes to X: a body that was compressed could not be read. */
    static void prepare(XProxyCall call) {
        if (concerns(call)) {
            call.request().headers().remove(HttpHeaders.ACCEPT_ENCODING);
        }
    }

    /** Passes the answer on, and reads it on the way. */
    void pass(HttpClientResponse answer, XProxyCall call) {
        if (answer.statusCode() == OK) {
            x.pass(answer, call.request(), MAX_BODY, body -> read(call.account(), body));
        } else {
            x.pass(answer, call.request());
        }
    }

    private void read(AccountId pending, Buffer body) {
        XUser.read(body.toString())
                .ifPresent(profile -> workers.run(() -> {
                            resolver.resolved(pending, profile);
                            return profile;
                        })
                        .onFailure(failure -> LOG.warnf("Cannot note whose account %s is: %s", pending, failure)));
    }
}
