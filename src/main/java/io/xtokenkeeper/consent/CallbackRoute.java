package io.xtokenkeeper.consent;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.http.PublicBaseUrl;
import io.xtokenkeeper.xapi.AuthorizeUrl;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Serves the callback at the path of {@code REDIRECT_URI}, where that is not {@value #USUAL}. */
@Singleton
class CallbackRoute {
    private static final String USUAL = "/oauth/callback";

    /** Behind what adds headers, before pages and calls. */
    private static final int EARLY = -10;

    void add(@Observes Router router, AuthorizeUrl authorizeUrl, PublicBaseUrl publicUrl) {
        var written = publicUrl.pathOf(authorizeUrl.app().redirectUri());
        var path = written.isEmpty() ? "/" : written;
        if (!path.equals(USUAL)) {
            // compared, not given as the route's path: that would be a pattern
            router.get().order(EARLY).handler(request -> {
                if (request.normalizedPath().equals(path) && isFromX(request)) {
                    request.reroute(USUAL + "?" + request.request().query());
                } else {
                    request.next();
                }
            });
        }
    }

    /** Without these the address is whatever else it may be. */
    private static boolean isFromX(RoutingContext request) {
        var parameters = request.queryParams();
        return parameters.contains("state") || parameters.contains("code") || parameters.contains("error");
    }
}
