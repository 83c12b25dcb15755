package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.TokenPair;
import java.time.Instant;

/** How a flight ended, told to everybody who waited for it, after the store was told. */
sealed interface RefreshOutcome {
    /** A new pair, already saved. */
    record Refreshed(TokenPair pair) implements RefreshOutcome {}

    /** Nothing to wait for any more: look at the account again. */
    record LookAgain() implements RefreshOutcome {}

    /** A caller had the account's token replaced before its time less than a minute ago. */
    record TooSoon(Instant retryAt) implements RefreshOutcome {}

    record NotNow(Instant retryAt, String why) implements RefreshOutcome {}
}
