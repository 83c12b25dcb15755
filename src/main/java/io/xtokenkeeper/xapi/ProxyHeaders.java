package io.xtokenkeeper.xapi;

import io.vertx.core.MultiMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Selects the headers that the proxy passes on to X, and those that it passes back to the caller. */
final class ProxyHeaders {
    /** RFC 9110 §7.6.1: a proxy does not forward these, nor the headers that Connection names. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-authentication-info",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /**
     * The caller's API key, addresses of the caller and of proxies, headers that the proxy sets itself, and headers that some
     * servers let override the method or path, to which an API key may be limited.
     */
    private static final Set<String> NOT_TO_X = Set.of(
            "host",
            "authorization",
            "cookie",
            "forwarded",
            "via",
            "expect",
            "content-length",
            "x-real-ip",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-original-url",
            "x-rewrite-url");

    /** Headers with which X describes its own host. A browser would apply them to ours. */
    private static final Set<String> NOT_FROM_X =
            Set.of("set-cookie", "strict-transport-security", "alt-svc", "content-security-policy");

    private ProxyHeaders() {}

    static void toX(MultiMap from, MultiMap to) {
        pass(from, to, NOT_TO_X, "x-forwarded-");
    }

    static void fromX(MultiMap from, MultiMap to) {
        pass(from, to, NOT_FROM_X, "access-control-");
    }

    private static void pass(MultiMap from, MultiMap to, Set<String> not, String notPrefix) {
        var named = named(from);
        for (var header : from) {
            var name = header.getKey().toLowerCase(Locale.ROOT);
            var stays = HOP_BY_HOP.contains(name)
                    || named.contains(name)
                    || not.contains(name)
                    || name.startsWith(notPrefix)
                    || name.startsWith("keeper-");
            if (!stays) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    private static Set<String> named(MultiMap headers) {
        var named = new HashSet<String>();
        for (var line : headers.getAll("Connection")) {
            for (var name : line.split(",", -1)) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return named;
    }
}
