package io.xtokenkeeper.xapi;

import java.time.Instant;
import java.util.Optional;

/** What users/me said. */
public sealed interface UserResult {
    record Known(XUser profile) implements UserResult {}

    /**
     * X would not, or could not, say: 403 {@code client-not-enrolled} and 429 are common. No judgement on the grant.
     *
     * @param token what can be told of the access token all the same
     * @param retryAt when X limits calls no more, where it says so
     */
    record Unavailable(String hint, Token token, Optional<Instant> retryAt) implements UserResult {
        public Unavailable(String hint) {
            this(hint, Token.UNKNOWN, Optional.empty());
        }
    }

    /** What became of the access token. */
    enum Token {
        /** 403: X knows it, and says something else against the call. */
        TAKEN,
        /** 401. */
        REFUSED,
        UNKNOWN
    }
}
