package io.xtokenkeeper.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Redirects a browser that came by another origin to the public one, before it is given a cookie: a cookie of
 * {@code localhost} is not sent to {@code 127.0.0.1}, to which X redirects the browser, and a Secure cookie is not stored
 * over http.
 *
 * <p>Redirects do not loop. Behind a proxy that does not pass {@code Host} on, as nginx by default, every request appears to
 * come by another origin. So the redirect's address carries {@value #MARK}, and a request that carries it is not redirected.
 * Between loopback names the mark is not needed: there a browser comes directly or through a forwarded port, which does not
 * change {@code Host}, and another port of the same name is not redirected, because it shares its cookies.
 *
 * <p>If TLS ends in front of the service, and no trusted proxy reports the scheme that the browser used, the right host is
 * enough.
 */
@Singleton
public class PublicOrigin {
    static final String MARK = "moved=1";

    /** After the handlers that respond at once and the check of queries, before authentication. */
    private static final int BEFORE_AUTHENTICATION = -230;

    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7E]*");
    private static final List<String> BEGINNINGS = List.of("/oauth/authorize", "/sign-in", "/sign-in/openid");

    private final PublicBaseUrl publicUrl;
    private final ClientAddressResolver proxies;

    PublicOrigin(PublicBaseUrl publicUrl, ClientAddressResolver proxies) {
        this.publicUrl = publicUrl;
        this.proxies = proxies;
    }

    void add(@Observes Router router) {
        for (var path : BEGINNINGS) {
            router.get(path).order(BEFORE_AUTHENTICATION).handler(call -> move(call, path));
        }
    }

    private void move(RoutingContext call, String path) {
        var request = call.request();
        var host = host(request);
        if (host.isEmpty() || keepsCookies(request, host.get()) || mustNotMove(request)) {
            call.next();
            return;
        }
        var mark = publicUrl.isOtherLoopback(host.get()) && publicUrl.hasPortOf(host.get()) ? "" : MARK;
        call.response()
                .setStatusCode(303)
                .putHeader(HttpHeaders.LOCATION, publicUrl.value() + path + query(request.query(), mark))
                .end();
    }

    /** Redirected already, returning from an OpenID provider, or with characters that a header must not contain. */
    private static boolean mustNotMove(HttpServerRequest request) {
        var query = "&" + request.query() + "&";
        return query.contains("&" + MARK + "&")
                || query.contains("&state=")
                || !PRINTABLE.matcher(query).matches();
    }

    private static String query(String query, String mark) {
        if (query == null || query.isEmpty()) {
            return mark.isEmpty() ? "" : "?" + mark;
        }
        return "?" + query + (mark.isEmpty() ? "" : "&" + mark);
    }

    /** Whether the browser keeps cookies that it is given at this origin, as far as the request shows. */
    private boolean keepsCookies(HttpServerRequest request, String host) {
        var isNamed = publicUrl.isAt(host) || (publicUrl.isOtherLoopback(host) && publicUrl.hasHostOf(host));
        return isNamed && scheme(request).filter("http"::equals).isEmpty();
    }

    /**
     * The public address of {@code path}, to be shown on a page; empty if the request came by the public origin. If the
     * scheme is unknown, the request may have come by it, so the page's text must be correct in both cases.
     */
    public Optional<String> unlessSeen(HttpServerRequest request, String path) {
        var isSeen = host(request).filter(host -> keepsCookies(request, host)).isPresent()
                && (!publicUrl.isSecure() || scheme(request).isPresent());
        return isSeen ? Optional.empty() : Optional.of(publicUrl.value() + path);
    }

    /** The host that the browser used; empty if it sent none. */
    private Optional<String> host(HttpServerRequest request) {
        return proxies.forwarded(request, "X-Forwarded-Host")
                .or(() -> Optional.ofNullable(request.authority()).map(Object::toString));
    }

    /** The scheme that the browser used; empty if it does not matter (the public base URL uses http) or is not known. */
    private Optional<String> scheme(HttpServerRequest request) {
        return publicUrl.isSecure() ? proxies.forwarded(request, "X-Forwarded-Proto") : Optional.empty();
    }
}
