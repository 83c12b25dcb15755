package io.xtokenkeeper.domain;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pattern of paths of X's API, such as {@code 2/tweets}. A segment {@code *} stands for exactly one segment; a last segment
 * {@code **} stands for one or more. Everything else is compared literally, upper and lower case included.
 *
 * @param text at most {@value #MAX_LENGTH} characters, begins with {@code 2/}
 */
public record PathPattern(String text) {
    public static final int MAX_LENGTH = 200;

    private static final String ONE = "*";
    private static final String REST = "**";

    /** Segments are literal as in paths that may be called at X, or {@code *}. */
    private static final Pattern FORM =
            Pattern.compile("2(?=/)(?:/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*+|\\*(?!\\*)))*+(?:/\\*\\*)?");

    public PathPattern {
        if (!isValid(text)) {
            throw new IllegalArgumentException("is not a pattern of paths");
        }
    }

    /** Empty if {@code text} is not a valid pattern. */
    public static Optional<PathPattern> parse(String text) {
        return isValid(text) ? Optional.of(new PathPattern(text)) : Optional.empty();
    }

    private static boolean isValid(String text) {
        return text.length() <= MAX_LENGTH && FORM.matcher(text).matches();
    }

    /** @param path begins with {@code 2/}, contains no {@code *} */
    public boolean matches(String path) {
        return covers(segments(path));
    }

    /** Whether this pattern matches every path that the other one matches. */
    public boolean covers(PathPattern other) {
        return covers(segments(other.text));
    }

    private boolean covers(List<String> others) {
        var own = segments(text);
        for (var i = 0; i < own.size(); i++) {
            if (i == others.size()) {
                return false;
            }
            if (own.get(i).equals(REST)) {
                return true;
            }
            if (!covers(own.get(i), others.get(i))) {
                return false;
            }
        }
        return own.size() == others.size();
    }

    private static boolean covers(String own, String other) {
        return own.equals(ONE) ? !other.equals(REST) && !other.isEmpty() : own.equals(other);
    }

    /** With empty segments, so that a trailing slash makes a difference. */
    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }

    @Override
    public String toString() {
        return text;
    }
}
