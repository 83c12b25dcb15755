package io.xtokenkeeper.xapi;

import java.time.Instant;
import java.util.Optional;

/** The result of a call of users/me. */
public sealed interface UserResult {
    record Known(XUser profile) implements UserResult {}

    /**
     * X did not return the user: 403 {@code client-not-enrolled} and 429 are common. This does not mean that the grant is
     * revoked.
     *
     * @param token what the response shows about the access token nevertheless
     * @param retryAt when X's rate limit ends, if X specified it
     */
    record Unavailable(String hint, Token token, Optional<Instant> retryAt) implements UserResult {
        public Unavailable(String hint) {
            this(hint, Token.UNKNOWN, Optional.empty());
        }
    }

    /** Whether X accepted the access token. */
    enum Token {
        /** 403: X accepted the token and rejected the call for another reason. */
        ACCEPTED,
        /** 401: X rejected the token. */
        REJECTED,
        UNKNOWN
    }
}
