package io.xtokenkeeper.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import io.xtokenkeeper.proxy.XProxyRoute;
import io.xtokenkeeper.token.TokenRoute;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Registers the routes that are served on the event loop, before Quarkus' body limits and REST resources: tokens and the
 * proxy to X. CDI creates their beans on the first call, when startup has finished.
 */
@Singleton
class RouteOrder {
    /** After Quarkus' header and authentication handlers, before every handler that reads bodies. */
    private static final int EARLY = -10;

    /**
     * After our response headers and CORS, before authentication, for a handler that verifies the API key itself and needs
     * none of the handlers between.
     */
    private static final int BEFORE_AUTHENTICATION = -250;

    void add(@Observes Router router, TokenRoute tokens, XProxyRoute proxy, MeterRegistry meters) {
        XProxyRoute.counter(meters, "x", "2xx");
        router.route("/api/v1/accounts/:id/x/*").order(EARLY).handler(proxy::handle);
        // a raw path below the proxy that normalizes to a path elsewhere: the proxy handler rejects it
        router.route().order(EARLY).handler(call -> {
            if (XProxyRoute.concerns(call)) {
                proxy.handle(call);
            } else {
                call.next();
            }
        });
        router.get("/api/v1/accounts/:id/token").order(BEFORE_AUTHENTICATION).handler(call -> {
            if (XProxyRoute.concerns(call)) {
                call.next();
            } else {
                tokens.answerAtOnce(call);
            }
        });
        router.route("/api/v1/accounts/:id/token").order(EARLY).handler(tokens::answer);
    }
}
