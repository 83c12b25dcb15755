package io.xtokenkeeper.domain;

import java.util.Optional;
import java.util.regex.Pattern;

/** Tells one browser from another: 32 random octets in a cookie, and only there. We store their SHA-256. */
public record BrowserBinding(Secret value) {
    private static final int OCTETS = 32;
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    public static BrowserBinding random() {
        return new BrowserBinding(Secret.random(OCTETS));
    }

    /** Empty where {@code cookie} is none of ours. */
    public static Optional<BrowserBinding> parse(String cookie) {
        return SHAPE.matcher(cookie).matches() ? Optional.of(new BrowserBinding(Secret.of(cookie))) : Optional.empty();
    }

    /** For the cookie, and nothing else. */
    public String cookieValue() {
        return value.reveal();
    }

    public byte[] sha256() {
        return value.sha256();
    }
}
