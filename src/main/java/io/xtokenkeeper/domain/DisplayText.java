package io.xtokenkeeper.domain;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Cleans text that X or another program supplied, for a text column of PostgreSQL and for one line of a page or a log: no
 * NUL or other control character, no lone surrogate, no character that changes the direction of the surrounding text, single
 * spaces, and truncated by code points. The result is absent if nothing visible is left. Idempotent.
 */
public final class DisplayText {
    /** In code points; X allows 50 UTF-16 units. */
    private static final int MAX_NAME = 200;
    /** In code points; X allows 15. */
    private static final int MAX_USERNAME = 50;

    private static final int MAX_URL = 2_000;
    private static final Set<String> PICTURE_SCHEMES = Set.of("https", "http");

    private DisplayText() {}

    public static Optional<String> name(String text) {
        return line(text, MAX_NAME);
    }

    public static Optional<String> username(String text) {
        return line(text, MAX_USERNAME);
    }

    /** Absent if it is not an absolute http(s) URL of at most 2,000 characters: a truncated URL would be another one. */
    public static Optional<String> pictureUrl(String text) {
        return line(text, MAX_URL + 1)
                .filter(url -> url.length() <= MAX_URL && url.equals(text.strip()))
                .filter(DisplayText::isPicture);
    }

    private static boolean isPicture(String url) {
        try {
            var uri = new URI(url);
            return uri.getScheme() != null
                    && PICTURE_SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
                    && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** @param max in code points */
    public static Optional<String> line(String text, int max) {
        var clean = new StringBuilder();
        var space = false;
        var visible = false;
        var length = 0;
        for (var i = 0; i < text.length() && length < max; ) {
            var point = text.codePointAt(i);
            i += Character.charCount(point);
            if (Character.isWhitespace(point) || Character.isSpaceChar(point)) {
                space = length > 0;
            } else if (isKept(point)) {
                if (space && length + 1 == max) {
                    break;
                }
                if (space) {
                    clean.append(' ');
                    length++;
                    space = false;
                }
                clean.appendCodePoint(point);
                length++;
                visible |= Character.getType(point) != Character.FORMAT;
            }
        }
        return visible ? Optional.of(clean.toString()) : Optional.empty();
    }

    private static boolean isKept(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE -> false;
            // other format characters join the parts of an emoji, or the letters of a script
            case Character.FORMAT -> !changesDirection(point) && point != 0xFEFF;
            default -> true;
        };
    }

    /** Marks, embeddings, overrides and isolates (UAX #9). */
    private static boolean changesDirection(int point) {
        return point == 0x061C
                || point == 0x200E
                || point == 0x200F
                || (point >= 0x202A && point <= 0x202E)
                || (point >= 0x2066 && point <= 0x2069);
    }
}
