package io.xtokenkeeper.domain;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a browser is redirected after a consent: a path on our own origin, or a URL on an allowed origin. This type
 * validates only the syntax; {@link AllowedOrigins} knows which origins are allowed.
 */
public record ReturnUrl(String value) {
    /** A printable ASCII character; no backslash, which browsers treat as a slash. */
    private static final String CHARACTER = "[\\x21-\\x5B\\x5D-\\x7E]";

    /** Exactly one slash at the beginning: browsers treat {@code //host} as another origin. */
    private static final Pattern PATH = Pattern.compile("/(?!/)" + CHARACTER + "*");

    private static final Pattern ADDRESS = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]+([/?#]" + CHARACTER + "*)?");
    private static final int LONGEST = 2_000;

    public ReturnUrl {
        if (!isPath(value) && !isAddress(value)) {
            throw new IllegalArgumentException("a way back is a path that begins with one slash, or a web address");
        }
    }

    static boolean isPath(String text) {
        return isUri(text) && PATH.matcher(text).matches();
    }

    static boolean isAddress(String text) {
        return isUri(text) && ADDRESS.matcher(text).matches();
    }

    /** Anything else could not be written to the header {@code Location}. */
    private static boolean isUri(String text) {
        if (text == null || text.length() > LONGEST) {
            return false;
        }
        try {
            new URI(text);
            return true;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** The URL with these query parameters appended, percent-encoded, before its fragment. */
    public String with(Map<String, String> parameters) {
        var fragment = value.indexOf('#');
        var end = fragment < 0 ? value.length() : fragment;
        var query = parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var separator = value.substring(0, end).contains("?") ? "&" : "?";
        return value.substring(0, end) + separator + query + value.substring(end);
    }

    /** Scheme, host and port; empty for a path on our own origin. */
    public Optional<String> origin() {
        if (isPath(value)) {
            return Optional.empty();
        }
        var uri = URI.create(value);
        return Optional.of(uri.getScheme() + "://" + uri.getRawAuthority());
    }

    @Override
    public String toString() {
        return value;
    }
}
