package io.xtokenkeeper.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Removes the path prefix of {@link PublicBaseUrl} from a request before any other handler runs: authentication,
 * permissions, limits and resources know only paths without it. So a proxy may strip the prefix or leave it. The prefix is
 * removed once, and only if it is spelt exactly as configured; any other spelling is an unknown path.
 */
@Singleton
class PathPrefix {
    /** Before every handler that reads the path. */
    private static final int FIRST = Integer.MIN_VALUE + 1;

    private static final String TAKEN_OFF = PathPrefix.class.getName();

    void add(@Observes Router router, PublicBaseUrl publicUrl) {
        if (!publicUrl.prefix().isEmpty()) {
            router.route().order(FIRST).handler(call -> removePrefix(publicUrl.prefix(), call));
        }
    }

    /** Reroutes to the rest of the address, with its query, without decoding it. */
    private static void removePrefix(String prefix, RoutingContext call) {
        var address = call.request().uri();
        var rest = address.startsWith(prefix) ? address.substring(prefix.length()) : "";
        var isBelow = rest.startsWith("/");
        var isFront = address.equals(prefix) || rest.startsWith("?");
        if (call.get(TAKEN_OFF) == null && (isBelow || isFront)) {
            call.put(TAKEN_OFF, true);
            call.reroute(isBelow ? rest : "/" + rest);
        } else {
            call.next();
        }
    }
}
