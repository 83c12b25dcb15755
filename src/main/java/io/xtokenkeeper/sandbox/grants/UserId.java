package io.xtokenkeeper.sandbox.grants;

import java.util.Optional;
import java.util.regex.Pattern;

/** An X user id: 1 to 19 digits, stored as an unsigned number because millions of them are held. */
public record UserId(long number) {
    private static final Pattern SHAPE = Pattern.compile("[1-9][0-9]{0,18}");

    public static Optional<UserId> parse(String text) {
        return SHAPE.matcher(text).matches() ? Optional.of(new UserId(Long.parseUnsignedLong(text))) : Optional.empty();
    }

    public static UserId of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("an X user id is 1 to 19 digits: " + text));
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(number);
    }
}
