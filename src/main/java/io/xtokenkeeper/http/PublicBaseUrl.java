package io.xtokenkeeper.http;

import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The URL at which browsers reach this service: every page, link, redirect and API address begins with it.
 *
 * @param origin scheme, host and port; no slash at the end
 * @param prefix the path before every path of this service: empty, or such as {@code /keeper}; no slash at the end
 */
public record PublicBaseUrl(String origin, String prefix) {
    private static final String CALLBACK = "/oauth/callback";

    /** Only characters that proxies, browsers and pages cannot spell in two ways. */
    private static final Pattern PREFIX = Pattern.compile("(/(?!\\.\\.?(/|$))[A-Za-z0-9._~-]+)*");

    /**
     * With such a prefix a path of this service would be ambiguous: a proxy that strips the prefix and one that leaves it
     * would mean different resources.
     */
    private static final Pattern OURS =
            Pattern.compile("/(api|connect|live|oauth|operator|problems|q|sign-in|sign-out|style|webjars)(/.*)?");

    private static final Pattern LOOPBACK = Pattern.compile("localhost|\\[?::1]?|127\\.[0-9.]+");
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    /**
     * @param url with or without slashes at the end
     * @throws IllegalArgumentException if it cannot be used; the message continues a sentence that begins with the URL
     */
    public static PublicBaseUrl of(URI url) {
        var path = url.getRawPath().replaceAll("/+$", "");
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("it must end with its path");
        }
        if (!PREFIX.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "its path may hold letters, digits, '.', '_', '-', '~' and single slashes");
        }
        if (OURS.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "its path must not begin like one of this service's own: take another, such as /keeper");
        }
        return new PublicBaseUrl(originOf(url), path);
    }

    /**
     * Derived from the redirect URI, at which X redirects browsers to this service: what precedes its usual path, otherwise
     * its origin.
     */
    public static PublicBaseUrl ofRedirectUri(URI redirectUri) {
        var path = redirectUri.getRawPath();
        var prefix = path.endsWith(CALLBACK) ? path.substring(0, path.length() - CALLBACK.length()) : "";
        var usable = PREFIX.matcher(prefix).matches() && !OURS.matcher(prefix).matches();
        return new PublicBaseUrl(originOf(redirectUri), usable ? prefix : "");
    }

    private static String originOf(URI url) {
        return url.getScheme() + "://" + url.getRawAuthority();
    }

    /** Without a slash at the end. */
    public String value() {
        return origin + prefix;
    }

    public boolean isSecure() {
        return origin.startsWith("https:");
    }

    /**
     * @param path a path of this service; a path that a caller supplied may have the prefix already, which is unambiguous,
     *     because no path of this service begins with the prefix
     */
    public String withPrefix(String path) {
        return isBelow(path) ? path : prefix + path;
    }

    private boolean isBelow(String path) {
        return path.equals(prefix) || path.startsWith(prefix + "/") || path.startsWith(prefix + "?");
    }

    /** The path of {@code url} below this one; its whole path if it is not below. */
    public String pathOf(URI url) {
        var path = url.getRawPath();
        return isBelow(path) ? path.substring(prefix.length()) : path;
    }

    public boolean hasOriginOf(URI url) {
        return isSecure() == "https".equals(url.getScheme()) && isAt(url.getRawAuthority());
    }

    /** @param authority host and port, as in a request; without a port, the default port of our own scheme */
    public boolean isAt(String authority) {
        return hasHostOf(authority) && hasPortOf(authority);
    }

    /**
     * Whether {@code authority} is another loopback name or port than the public one, and the public base URL uses http.
     * Cookies are bound to names, not to ports.
     */
    boolean isOtherLoopback(String authority) {
        return !isSecure() && !isAt(authority) && seenAt(authority, this::isLoopback);
    }

    boolean hasHostOf(String authority) {
        return seenAt(authority, this::isOurHost);
    }

    boolean hasPortOf(String authority) {
        return seenAt(authority, this::isOurPort);
    }

    private boolean isLoopback(HostAndPort seen) {
        return LOOPBACK.matcher(seen.host().toLowerCase(Locale.ROOT)).matches();
    }

    private boolean isOurHost(HostAndPort seen) {
        return seen.host().equalsIgnoreCase(own().host());
    }

    private boolean isOurPort(HostAndPort seen) {
        return seen.port() == own().port();
    }

    private boolean seenAt(String authority, Predicate<HostAndPort> what) {
        return parse(authority).filter(what).isPresent();
    }

    private HostAndPort own() {
        return parse(origin.substring(origin.indexOf("//") + 2)).orElseThrow();
    }

    private Optional<HostAndPort> parse(String authority) {
        return Optional.ofNullable(authority).map(text -> HostAndPort.parseAuthority(text, isSecure() ? HTTPS : HTTP));
    }
}
