package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.LossReason;

/** How a grant stands after a restore, as far as X let us know. */
public sealed interface GrantStatus {
    /** X takes the access token that was restored. Nothing was spent. */
    record Taken() implements GrantStatus {}

    /** X does not take it, though its time is not over: the pair was rotated, or revoked, since the backup. Nothing was spent. */
    record Refused() implements GrantStatus {}

    /** There is no living access token to ask with. Nothing was spent. */
    record Expired() implements GrantStatus {}

    /** The refresh token was good, and a new pair is kept. */
    record Refreshed() implements GrantStatus {}

    /** X says that the grant is over; the account needs a consent from now on. */
    record Over(LossReason reason) implements GrantStatus {}

    /** X did not say; the grant is kept as it is. */
    record Unsaid(String why) implements GrantStatus {}
}
