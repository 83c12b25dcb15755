package io.xtokenkeeper.http;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Adds security headers to every response, whichever handler sends it: a page loads only this service's own stylesheets and
 * scripts (small pictures of the stylesheet are embedded in it as data), connects to no other origin and cannot be framed;
 * no address is sent to another site as referrer (RFC 9700 §4.2.4, §4.16, RFC 6749 §10.13); no cache stores a response that
 * may contain a token, a code or account data. If the public base URL uses https, every cookie is Secure, even if a proxy
 * forwards the request over http.
 */
@Singleton
class SecurityHeaders {
    /** Before every handler that may respond. */
    private static final int FIRST = 1_000;

    /** No form submits to X: "connect" is a link, because form-action also applies to the redirect that follows a form. */
    private static final String OURS = "default-src 'none'; style-src 'self'; script-src 'self';"
            + " connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /** Swagger UI consists of inline scripts and styles, and calls the API of its own origin. It has no admin session. */
    private static final String OF_SWAGGER_UI = "default-src 'none'; style-src 'self' 'unsafe-inline';"
            + " script-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; form-action 'none';"
            + " base-uri 'none'; frame-ancestors 'none'";

    private static final String HSTS = "max-age=" + Duration.ofDays(365).toSeconds();

    private final PublicBaseUrl publicUrl;

    SecurityHeaders(PublicBaseUrl publicUrl) {
        this.publicUrl = publicUrl;
    }

    void register(@Observes Filters filters) {
        filters.register(this::add, FIRST);
    }

    private void add(RoutingContext request) {
        var path = request.normalizedPath();
        var headers = request.response().headers();
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Opener-Policy", isConsent(path) ? "unsafe-none" : "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        addPolicy(path, headers);
        if (!mayBeStored(path)) {
            headers.set("Cache-Control", "no-store");
        }
        if (publicUrl.isSecure()) {
            headers.set("Strict-Transport-Security", HSTS);
            request.addHeadersEndHandler(sent -> secure(request));
        }
        request.next();
    }

    private static void secure(RoutingContext request) {
        request.request().cookies().stream()
                // a cookie that the browser sent has no path
                .filter(cookie -> cookie.getPath() != null)
                .forEach(cookie -> cookie.setSecure(true));
    }

    private static void addPolicy(String path, MultiMap headers) {
        if (path.startsWith("/q/swagger-ui")) {
            headers.set("Content-Security-Policy", OF_SWAGGER_UI);
        } else if (!(LaunchMode.current().isDev() && path.startsWith("/q/"))) {
            headers.set("Content-Security-Policy", OURS);
        }
    }

    /** A caller's page may open these in a window, and is notified of the result; any other policy would cut it off. */
    private static boolean isConsent(String path) {
        return path.startsWith("/oauth/") || path.startsWith("/connect/");
    }

    private static boolean mayBeStored(String path) {
        return path.startsWith("/style/")
                || path.startsWith("/webjars/")
                || path.startsWith("/problems")
                || path.startsWith("/q/");
    }
}
