package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.AccountId;

/** A token pair that X gave and that is not saved yet: what the journal holds. */
public sealed interface PendingPair permits RefreshResult.Rotated, PendingGrant {
    AccountId id();
}
