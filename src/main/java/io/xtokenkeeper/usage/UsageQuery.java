package io.xtokenkeeper.usage;

import io.xtokenkeeper.domain.AccountId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/**
 * Which hours of usage are read.
 *
 * @param key only what this key did; empty for all keys
 * @param accounts only with these accounts; empty for all
 * @param from the first hour; rounded down to the beginning of its hour
 * @param to the end, exclusive: the last hour begins before it
 */
public record UsageQuery(Optional<String> key, Optional<Set<AccountId>> accounts, Instant from, Instant to) {
    public UsageQuery {
        from = from.truncatedTo(ChronoUnit.HOURS);
    }
}
