package io.xtokenkeeper.domain;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Binds an authorization request to one browser: 32 random bytes that only the browser's cookie holds. The service stores
 * their SHA-256.
 */
public record BrowserBinding(Secret value) {
    private static final int BYTES = 32;
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    public static BrowserBinding random() {
        return new BrowserBinding(Secret.random(BYTES));
    }

    /** Empty if {@code cookie} is not a value that this service created. */
    public static Optional<BrowserBinding> parse(String cookie) {
        return SHAPE.matcher(cookie).matches() ? Optional.of(new BrowserBinding(Secret.of(cookie))) : Optional.empty();
    }

    /** Only for the cookie. */
    public String cookieValue() {
        return value.reveal();
    }

    public byte[] sha256() {
        return value.sha256();
    }
}
