package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.grants.Grant;
import java.util.Optional;

/**
 * The result of a call, before a fault changes its response.
 *
 * @param name as in the {@link CallLog}
 * @param issued the grant whose tokens this call issued
 * @param rotated whether the call spent a refresh token
 */
record Outcome(String name, Answer answer, Optional<Grant> issued, boolean rotated) {
    static Outcome ok(Answer answer) {
        return new Outcome(CallLog.OK, answer, Optional.empty(), false);
    }

    static Outcome exchanged(Answer answer, Grant grant) {
        return new Outcome(CallLog.OK, answer, Optional.of(grant), false);
    }

    static Outcome rotated(Answer answer, Grant grant) {
        return new Outcome(CallLog.OK, answer, Optional.of(grant), true);
    }

    static Outcome refused(OAuthError error) {
        return refused(error.word(), error.answer());
    }

    static Outcome refused(String name, Answer answer) {
        return new Outcome(name, answer, Optional.empty(), false);
    }

    boolean successful() {
        return name.equals(CallLog.OK);
    }

    boolean deadToken() {
        return name.equals(OAuthError.TOKEN_INVALID.word());
    }
}
