package io.xtokenkeeper.operator;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the first page says after a button was pressed. Its name travels in the address, so that a reload repeats nothing. */
enum Told {
    REFRESHED("The account has a new access token."),
    DISCONNECTED("The account was erased here and its grant revoked at X."),
    ERASED("The account was erased here. X did not confirm the revocation yet; it is asked again until it does.");

    private final String words;

    Told(String words) {
        this.words = words;
    }

    static Optional<Told> parse(String text) {
        return Arrays.stream(values())
                .filter(told -> told.inAddress().equals(text))
                .findFirst();
    }

    String words() {
        return words;
    }

    String inAddress() {
        return name().toLowerCase(Locale.ROOT);
    }
}
