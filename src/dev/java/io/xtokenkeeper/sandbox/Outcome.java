package io.xtokenkeeper.sandbox;

import java.util.Optional;

/**
 * How a call went, before any fault bends its answer.
 *
 * @param name as the {@link Ledger} counts it
 * @param rotated the grant whose refresh token this call spent
 */
record Outcome(String name, Answer answer, Optional<Grant> rotated) {
    static Outcome ok(Answer answer) {
        return new Outcome(Ledger.OK, answer, Optional.empty());
    }

    static Outcome rotated(Answer answer, Grant grant) {
        return new Outcome(Ledger.OK, answer, Optional.of(grant));
    }

    static Outcome refused(OAuthError error) {
        return new Outcome(error.word(), error.answer(), Optional.empty());
    }

    static Outcome refused(String name, Answer answer) {
        return new Outcome(name, answer, Optional.empty());
    }

    boolean successful() {
        return name.equals(Ledger.OK);
    }

    boolean deadToken() {
        return name.equals(OAuthError.TOKEN_INVALID.word());
    }
}
