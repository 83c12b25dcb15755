package io.xtokenkeeper.domain;

import java.util.Optional;

/**
 * A caller's own id for a user: 1 to 128 printable characters, without white space at either end. One reference can have
 * several accounts, and one account several references.
 */
public record Reference(String value) {
    /** For validation annotations; see {@link #MESSAGE}. */
    public static final String PATTERN = "(?!\\s)\\P{C}{1,128}(?<!\\s)";

    public static final String MESSAGE =
            "must be 1 to 128 printable characters, without white space at the beginning or end";

    public Reference {
        if (!value.matches(PATTERN)) {
            throw new IllegalArgumentException("a reference " + MESSAGE);
        }
    }

    public static Optional<Reference> parse(String text) {
        return text.matches(PATTERN) ? Optional.of(new Reference(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
