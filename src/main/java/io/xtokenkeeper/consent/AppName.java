package io.xtokenkeeper.consent;

/**
 * The name of the application that requests consent, as users know it. It is shown on pages: one line of 1 to 100
 * characters.
 */
public record AppName(String value) {
    private static final int LONGEST = 100;

    public AppName {
        if (value.isBlank() || value.length() > LONGEST || !value.matches("\\P{Cntrl}+")) {
            throw new IllegalArgumentException("must be one line of 1 to " + LONGEST + " characters");
        }
    }
}
