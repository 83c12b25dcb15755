package io.xtokenkeeper.consent;

/** What people know the application by that asks for their consent. */
public record AppName(String value) {
    private static final int LONGEST = 100;

    public AppName {
        if (value.isBlank() || value.length() > LONGEST || !value.matches("\\P{Cntrl}+")) {
            throw new IllegalArgumentException("must be one line of 1 to " + LONGEST + " characters");
        }
    }
}
