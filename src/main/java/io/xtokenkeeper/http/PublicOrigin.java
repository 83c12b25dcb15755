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
 * Sends a browser that came by another origin to the public one, before it is given a cookie there: a cookie of
 * {@code localhost} is not sent to {@code 127.0.0.1}, where X sends the browser back to, and a Secure one is not kept over http.
 *
 * <p>No redirect loops. Behind a proxy that does not pass {@code Host} on, as nginx does not unless it is told to, every request
 * looks as if it came by another origin. So the address that a browser is sent to carries {@value #MARK}, and what carries it
 * goes on. Between the names of loopback it does without: there a browser comes directly or through a forwarded port, which
 * changes no {@code Host}, and another port of the same name is left alone, since it shares its cookies.
 *
 * <p>Where TLS ends in front of us, and no trusted proxy says by which scheme the browser came, the right host is enough.
 */
@Singleton
public class PublicOrigin {
    static final String MARK = "moved=1";

    /** Behind the calls that are answered at once and the check of queries, before authentication. */
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

    /** Sent here already, back from an OpenID provider, or with what no header may hold. */
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

    /** Whether a browser that came like this keeps the cookies it is given, as far as the request tells. */
    private boolean keepsCookies(HttpServerRequest request, String host) {
        var isNamed = publicUrl.isAt(host) || (publicUrl.isOtherLoopback(host) && publicUrl.hasHostOf(host));
        return isNamed && scheme(request).filter("http"::equals).isEmpty();
    }

    /**
     * Where a person should go instead, to be named on a page; empty where the request came by the public origin. Where the
     * scheme is not known it may have, so the page must hold either way.
     */
    public Optional<String> unlessSeen(HttpServerRequest request, String path) {
        var isSeen = host(request).filter(host -> keepsCookies(request, host)).isPresent()
                && (!publicUrl.isSecure() || scheme(request).isPresent());
        return isSeen ? Optional.empty() : Optional.of(publicUrl.value() + path);
    }

    /** As the browser named it; empty where it did not. */
    private Optional<String> host(HttpServerRequest request) {
        return proxies.forwarded(request, "X-Forwarded-Host")
                .or(() -> Optional.ofNullable(request.authority()).map(Object::toString));
    }

    /** By which the browser came, where that matters; empty where it does not, or is not known. */
    private Optional<String> scheme(HttpServerRequest request) {
        return publicUrl.isSecure() ? proxies.forwarded(request, "X-Forwarded-Proto") : Optional.empty();
    }
}
