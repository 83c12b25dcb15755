package io.xtokenkeeper.xapi;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A path and query that callers may call at X through the proxy, exactly as they wrote them. Nothing is decoded, resolved or
 * corrected: a path that two programs could read differently is rejected.
 *
 * @param path begins with {@code 2/}
 * @param query without the question mark
 */
public record XApiPath(String path, Optional<String> query) {
    /**
     * X's paths contain no other characters. No percent sign, so nothing is encoded; no segment that is empty or begins with
     * a dot.
     */
    private static final Pattern PATH = Pattern.compile("2(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");

    private static final Pattern QUERY = Pattern.compile("[!-~&&[^#]]*");
    private static final Pattern ID = Pattern.compile("(?<=/)[0-9]+(?=/|$)");

    /**
     * The OAuth endpoints issue and revoke tokens. Only the service itself may call them, and their responses contain
     * refresh tokens.
     */
    private static final String TOKENS = "2/oauth";

    /** Parses the path and query of a request as received. Empty if callers may not call it. */
    public static Optional<XApiPath> parse(String raw) {
        var mark = raw.indexOf('?');
        var path = mark < 0 ? raw : raw.substring(0, mark);
        var query = mark < 0 ? Optional.<String>empty() : Optional.of(raw.substring(mark + 1));
        return isPath(path)
                        && query.map(QUERY::matcher)
                                .map(found -> found.matches())
                                .orElse(true)
                ? Optional.of(new XApiPath(path, query))
                : Optional.empty();
    }

    private static boolean isPath(String path) {
        return PATH.matcher(path).matches() && !path.toLowerCase(Locale.ROOT).startsWith(TOKENS);
    }

    /** The path with its ids replaced by {@code *}: X counts calls for its rate limits by endpoint. */
    public String endpoint() {
        return ID.matcher(path).replaceAll("*");
    }

    String requestTarget() {
        return "/" + path + query.map(text -> "?" + text).orElse("");
    }
}
