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

/**
 * Finds the X user of a pending account in the response to a caller's own {@code GET 2/users/me}. The service makes no call
 * of its own for this, because X limits such calls and may bill them.
 */
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

    /** Must be called before the request is sent to X: a compressed response body could not be read. */
    static void prepare(XProxyCall call) {
        if (concerns(call)) {
            call.request().headers().remove(HttpHeaders.ACCEPT_ENCODING);
        }
    }

    /** Streams the response to the caller and reads the user from a copy of its body. */
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
