package io.xtokenkeeper.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Takes the prefix of {@link PublicBaseUrl} off a request's address before anything looks at it: authentication, permissions,
 * limits and resources know their own paths alone. So a proxy may strip the prefix or leave it. It is taken off once, where it
 * stands to the letter; an address that spells it in another way is as unknown as any other.
 */
@Singleton
class PathPrefix {
    /** Before every handler that looks at a path. */
    private static final int FIRST = Integer.MIN_VALUE + 1;

    private static final String TAKEN_OFF = PathPrefix.class.getName();

    void add(@Observes Router router, PublicBaseUrl publicUrl) {
        if (!publicUrl.prefix().isEmpty()) {
            router.route().order(FIRST).handler(call -> takeOff(publicUrl.prefix(), call));
        }
    }

    /** The whole address is given on, query included, and not decoded. */
    private static void takeOff(String prefix, RoutingContext call) {
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
