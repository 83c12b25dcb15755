package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.TokenPair;
import java.time.Instant;

/** The outcome of a refresh for all callers that wait for it, delivered after the result is in the database. */
sealed interface RefreshOutcome {
    /** A new token pair, already saved. */
    record Refreshed(TokenPair pair) implements RefreshOutcome {}

    /** There is nothing left to wait for: the caller must read the account again. */
    record ReadAgain() implements RefreshOutcome {}

    /** A caller forced a refresh of this account less than a minute ago. */
    record TooSoon(Instant retryAt) implements RefreshOutcome {}

    /** No new token now; the grant is kept. Callers may retry at {@code retryAt}. */
    record RetryLater(Instant retryAt, String why) implements RefreshOutcome {}
}
