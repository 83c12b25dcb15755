package io.xtokenkeeper.consent;

import java.time.Instant;

/** What became of the one statement that may consume a {@code state}. */
sealed interface StateResult {
    /** It was ours, open, and of this browser; from now on it is spent. */
    record Taken(PendingAuthorization attempt) implements StateResult {}

    /** No attempt has this state: made up, or long forgotten. */
    record Unknown() implements StateResult {}

    /** Another browser began it. That browser may still finish. */
    record Foreign() implements StateResult {}

    /** The same browser brought it before, at this time. */
    record Replayed(Instant first) implements StateResult {}

    record Expired() implements StateResult {}
}
