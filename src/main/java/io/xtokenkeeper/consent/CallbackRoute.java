package io.xtokenkeeper.consent;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.x.AuthorizeUrl;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Serves the callback at the path of {@code REDIRECT_URI}, where that is not {@value #USUAL}. */
@Singleton
class CallbackRoute {
    private static final String USUAL = "/oauth/callback";

    /** Behind what adds headers, before pages and calls. */
    private static final int EARLY = -10;

    void add(@Observes Router router, AuthorizeUrl authorizeUrl) {
        var path = authorizeUrl.app().redirectUri().getPath();
        if (!path.equals(USUAL)) {
            router.get(path.isEmpty() ? "/" : path).order(EARLY).handler(CallbackRoute::pass);
        }
    }

    /** What X sends a browser back with; without that, the address is whatever else it may be. */
    private static void pass(RoutingContext request) {
        var parameters = request.queryParams();
        if (parameters.contains("state") || parameters.contains("code") || parameters.contains("error")) {
            request.reroute(USUAL + "?" + request.request().query());
        } else {
            request.next();
        }
    }
}
