package io.xtokenkeeper.diagnostics;

import io.xtokenkeeper.account.LossReason;

/** The status of a grant after a restore, as far as X's responses show. */
public sealed interface GrantStatus {
    /** X accepts the restored access token. Nothing was spent. */
    record Accepted() implements GrantStatus {}

    /**
     * X rejects the access token before its expiry: the token pair was refreshed or revoked since the backup. Nothing was
     * spent.
     */
    record Refused() implements GrantStatus {}

    /** There is no unexpired access token to test with. Nothing was spent. */
    record Expired() implements GrantStatus {}

    /** The refresh token was valid, and the new token pair is saved. */
    record Refreshed() implements GrantStatus {}

    /** The grant is revoked; the account needs a new consent. */
    record Revoked(LossReason reason) implements GrantStatus {}

    /** The status is unknown; the grant is kept as it is. */
    record Unknown(String why) implements GrantStatus {}
}
