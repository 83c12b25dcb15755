package io.xtokenkeeper.token;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a browser goes after its consent: a path on our own origin, so that nobody can use us to send people elsewhere
 * (RFC 9700 §4.11.1).
 *
 * <p>One slash in front and no more: browsers take {@code //host} and {@code /\host} for another origin, and drop tabs
 * and line ends before they look.
 */
public record ReturnPath(String value) {
    private static final Pattern OURS = Pattern.compile("/(?![/\\\\])[\\x21-\\x5B\\x5D-\\x7E]*");
    private static final int LONGEST = 2_000;

    public ReturnPath {
        if (!isOurs(value)) {
            throw new IllegalArgumentException("a return path begins with one slash and holds printable ASCII only");
        }
    }

    /** Empty where {@code text} is no path on our own origin. */
    public static Optional<ReturnPath> parse(String text) {
        return isOurs(text) ? Optional.of(new ReturnPath(text)) : Optional.empty();
    }

    private static boolean isOurs(String text) {
        return text != null && text.length() <= LONGEST && OURS.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
