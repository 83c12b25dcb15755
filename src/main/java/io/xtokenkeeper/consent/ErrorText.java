package io.xtokenkeeper.consent;

import java.util.Optional;

/** Makes the error text of a callback safe for logs and pages: one line of printable ASCII, at most 200 characters. */
final class ErrorText {
    private static final int LONGEST = 200;

    private ErrorText() {}

    static String of(String error, Optional<String> description) {
        var words = (error + description.map(text -> ": " + text).orElse("")).replaceAll("[^\\x20-\\x7E]", " ");
        return words.length() > LONGEST ? words.substring(0, LONGEST) + "…" : words;
    }
}
