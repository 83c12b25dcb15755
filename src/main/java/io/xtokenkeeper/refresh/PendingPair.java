package io.xtokenkeeper.refresh;

import io.xtokenkeeper.token.AccountId;

/** A token pair that X gave and that is not saved yet: what the journal holds. */
public sealed interface PendingPair permits Verdict.Rotated, PendingGrant {
    AccountId id();
}
