package io.xtokenkeeper.sandbox.faults;

import io.xtokenkeeper.sandbox.grants.UserId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One fault: how often it applies, and to which users.
 *
 * @param times how often it still applies; {@link #FOREVER} for no limit
 * @param users ids of the users it applies to; empty for all users, and calls whose user is not known
 * @param delay for {@link Fault#SLOW} and {@link Fault#SLOW_BEFORE} only
 * @param reset for {@link Fault#RATE_LIMITED_429} only: time until its reset; {@link FaultConfig#rateLimitReset()} if empty
 */
public record FaultRule(Fault fault, long times, Set<String> users, Duration delay, Optional<Duration> reset) {
    public static final long FOREVER = Long.MAX_VALUE;

    private static final Duration SLOW = Duration.ofSeconds(2);

    public FaultRule {
        if (times < 1) {
            throw new IllegalArgumentException("a fault strikes at least once: " + times);
        }
        users = Set.copyOf(users);
        users.forEach(UserId::of);
    }

    public static FaultRule always(Fault fault) {
        return times(fault, FOREVER);
    }

    public static FaultRule once(Fault fault) {
        return times(fault, 1);
    }

    public static FaultRule times(Fault fault, long times) {
        return new FaultRule(fault, times, Set.of(), SLOW, Optional.empty());
    }

    public FaultRule forUsers(String... ids) {
        return new FaultRule(fault, times, Set.of(ids), delay, reset);
    }

    public FaultRule delayedBy(Duration newDelay) {
        return new FaultRule(fault, times, users, newDelay, reset);
    }

    public FaultRule resettingIn(Duration newReset) {
        return new FaultRule(fault, times, users, delay, Optional.of(newReset));
    }

    public FaultRule striking(long newTimes) {
        return new FaultRule(fault, newTimes, users, delay, reset);
    }

    boolean concerns(Optional<UserId> user) {
        return users.isEmpty() || user.map(id -> users.contains(id.toString())).orElse(false);
    }

    /** The rule after it was applied once; empty if it is used up. */
    Optional<FaultRule> struck() {
        if (times == FOREVER) {
            return Optional.of(this);
        }
        return times == 1 ? Optional.empty() : Optional.of(striking(times - 1));
    }
}
