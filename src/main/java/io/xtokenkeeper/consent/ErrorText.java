package io.xtokenkeeper.consent;

import java.util.Optional;

/** Words that came with the browser, made fit for a log line and a page: short, one line, printable. */
final class ErrorText {
    private static final int LONGEST = 200;

    private ErrorText() {}

    static String of(String error, Optional<String> description) {
        var words = (error + description.map(text -> ": " + text).orElse("")).replaceAll("[^\\x20-\\x7E]", " ");
        return words.length() > LONGEST ? words.substring(0, LONGEST) + "…" : words;
    }
}
