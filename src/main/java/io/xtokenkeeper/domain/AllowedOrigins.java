package io.xtokenkeeper.domain;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The origins that a browser may be redirected to after a consent, beside our own. Prevents that the service is used as an
 * open redirector (RFC 9700 §4.11.1).
 *
 * <p>Compared as text, scheme, host and port at once: a URL that begins exactly with the origin, followed by the end,
 * {@code /}, {@code ?} or {@code #}, is parsed in the same way by every browser.
 */
public record AllowedOrigins(Set<String> origins) {
    public static final AllowedOrigins NONE = new AllowedOrigins(Set.of());

    public AllowedOrigins {
        origins = Set.copyOf(origins);
    }

    /**
     * @param text origins separated by commas
     * @throws IllegalArgumentException if one is not an https origin (http on loopback)
     */
    public static AllowedOrigins of(String text) {
        return new AllowedOrigins(Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(origin -> !origin.isEmpty())
                .map(AllowedOrigins::origin)
                .collect(Collectors.toUnmodifiableSet()));
    }

    private static String origin(String text) {
        var origin = text.toLowerCase(Locale.ROOT);
        if (!origin.matches("(https://[a-z0-9.-]+|http://(localhost|127\\.0\\.0\\.1|\\[::1]))(:[1-9][0-9]{0,4})?")) {
            throw new IllegalArgumentException("is \"" + text.replaceAll("//.*@", "//***@")
                    + "\": each is scheme and host alone, such as https://app.example (http only on loopback)");
        }
        var uri = URI.create(origin);
        return uri.getPort() == ("https".equals(uri.getScheme()) ? 443 : 80)
                ? uri.getScheme() + "://" + uri.getHost()
                : origin;
    }

    /** Empty if {@code text} is neither a path on our own origin nor a URL on one of these origins. */
    public Optional<ReturnUrl> allow(String text) {
        return ReturnUrl.isPath(text) || (ReturnUrl.isAddress(text) && isOnOne(text))
                ? Optional.of(new ReturnUrl(text))
                : Optional.empty();
    }

    private boolean isOnOne(String address) {
        return origins.stream()
                .anyMatch(origin -> address.equals(origin)
                        || Stream.of("/", "?", "#").anyMatch(next -> address.startsWith(origin + next)));
    }
}
