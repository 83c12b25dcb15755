package io.xtokenkeeper.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import io.xtokenkeeper.proxy.XProxyRoute;
import io.xtokenkeeper.token.TokenRoute;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * The calls that are answered on the event loop, before the framework's limits on bodies and its resources. Their beans
 * are made by the first call, when the service has started.
 */
@Singleton
class RouteOrder {
    /** After the framework's headers and authentication, before everything that reads bodies. */
    private static final int EARLY = -10;

    /** After our headers and those of CORS, for what asks for the key itself and needs nothing of what comes between. */
    private static final int BEFORE_AUTHENTICATION = -250;

    void add(@Observes Router router, TokenRoute tokens, XProxyRoute proxy, MeterRegistry meters) {
        XProxyRoute.counter(meters, "x", "2xx");
        router.route("/api/v1/accounts/:id/x/*").order(EARLY).handler(proxy::handle);
        // addresses that lead elsewhere once they are resolved: refused as what they were written as
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
