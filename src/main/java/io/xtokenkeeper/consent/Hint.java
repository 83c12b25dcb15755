package io.xtokenkeeper.consent;

import java.util.Optional;

/** Words that came with the browser, made fit for a log line and a page: short, one line, printable. */
final class Hint {
    private static final int LONGEST = 200;

    private Hint() {}

    static String of(String error, Optional<String> description) {
        var words = (error + description.map(text -> ": " + text).orElse("")).replaceAll("[^\\x20-\\x7E]", " ");
        return words.length() > LONGEST ? words.substring(0, LONGEST) + "…" : words;
    }
}
