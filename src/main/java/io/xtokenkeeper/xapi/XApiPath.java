package io.xtokenkeeper.xapi;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What callers may have called at X: a path below {@code 2/} and its query, exactly as they wrote them. Nothing is
 * decoded, resolved or mended: what two programs could read in two ways is not taken at all.
 *
 * @param path begins with {@code 2/}
 * @param query without the question mark
 */
public record XApiPath(String path, Optional<String> query) {
    /** X's paths hold nothing else. No percent sign, so nothing is encoded; no segment that begins with a dot or is empty. */
    private static final Pattern PATH = Pattern.compile("2(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");

    private static final Pattern QUERY = Pattern.compile("[!-~&&[^#]]*");
    private static final Pattern ID = Pattern.compile("(?<=/)[0-9]+(?=/|$)");

    /** Tokens are made and ended there: that is our business, and its answers carry refresh tokens. */
    private static final String TOKENS = "2/oauth";

    /** Empty where {@code raw}, path and query as they came over the line, is not to be called. */
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

    /** The endpoint: the path with its ids taken out, since X counts calls by endpoint. */
    public String endpoint() {
        return ID.matcher(path).replaceAll("*");
    }

    String requestTarget() {
        return "/" + path + query.map(text -> "?" + text).orElse("");
    }
}
