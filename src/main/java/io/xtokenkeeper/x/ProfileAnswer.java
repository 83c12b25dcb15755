package io.xtokenkeeper.x;

/** What users/me said. */
public sealed interface ProfileAnswer {
    record Known(Profile profile) implements ProfileAnswer {}

    /** X would not, or could not, say: 403 {@code client-not-enrolled} and 429 are common. No judgement on the grant. */
    record Unavailable(String hint) implements ProfileAnswer {}
}
