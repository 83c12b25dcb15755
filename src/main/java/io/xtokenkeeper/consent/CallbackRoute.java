package io.xtokenkeeper.consent;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.http.PublicBaseUrl;
import io.xtokenkeeper.xapi.AuthorizeUrl;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Serves the callback at the path of {@code REDIRECT_URI} if that differs from {@value #USUAL}. */
@Singleton
class CallbackRoute {
    private static final String USUAL = "/oauth/callback";

    /** After the handlers that add headers, before pages and the API. */
    private static final int EARLY = -10;

    void add(@Observes Router router, AuthorizeUrl authorizeUrl, PublicBaseUrl publicUrl) {
        var written = publicUrl.pathOf(authorizeUrl.app().redirectUri());
        var path = written.isEmpty() ? "/" : written;
        if (!path.equals(USUAL)) {
            // compared here, not set as the route's path, which would be a pattern
            router.get().order(EARLY).handler(request -> {
                if (request.normalizedPath().equals(path) && isFromX(request)) {
                    request.reroute(USUAL + "?" + request.request().query());
                } else {
                    request.next();
                }
            });
        }
    }

    /** Without these parameters, the request is for whatever else is served at this path. */
    private static boolean isFromX(RoutingContext request) {
        var parameters = request.queryParams();
        return parameters.contains("state") || parameters.contains("code") || parameters.contains("error");
    }
}
