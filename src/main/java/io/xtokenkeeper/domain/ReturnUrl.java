package io.xtokenkeeper.domain;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * Where a browser goes after its consent: a path on our own origin, or an address on an origin that the operator named.
 * Which origins those are, {@link AllowedOrigins} knows; this type holds only what could be one or the other.
 */
public record ReturnUrl(String value) {
    /** A printable character of ASCII; no backslash, which browsers take for a slash. */
    private static final String CHARACTER = "[\\x21-\\x5B\\x5D-\\x7E]";

    /** One slash in front and no more: browsers take {@code //host} for another origin. */
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

    /** What is none could not be put into the header that sends the browser there. */
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

    @Override
    public String toString() {
        return value;
    }
}
