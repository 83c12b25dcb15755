package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.AccountId;

/** A token pair that X issued and that is not saved yet: the content of the journal. */
public sealed interface PendingPair permits RefreshResult.Rotated, PendingGrant {
    AccountId id();
}
