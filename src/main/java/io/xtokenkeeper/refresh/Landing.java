package io.xtokenkeeper.refresh;

import io.xtokenkeeper.token.TokenPair;
import java.time.Instant;

/** How a flight ended, told to everybody who waited for it, after the store was told. */
sealed interface Landing {
    /** A new pair, already saved. */
    record Refreshed(TokenPair pair) implements Landing {}

    /** Nothing to wait for any more: look at the account again. */
    record LookAgain() implements Landing {}

    /** A caller had the account's token replaced before its time less than a minute ago. */
    record TooSoon(Instant retryAt) implements Landing {}

    record NotNow(Instant retryAt, String why) implements Landing {}
}
