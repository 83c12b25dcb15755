package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Fingerprint;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import java.time.Duration;

/**
 * An account that is ours to refresh until the lease ends. That it exists proves the store can be written.
 *
 * @param fence a verdict on this attempt counts only while the row still has it
 * @param failures how often in a row this did not work
 * @param unanswered the same token was sent before and no answer is known, so it may be spent
 * @param proven X has given this app a pair for it before: it is not another app's grant
 * @param leaseEndsNanos by {@link System#nanoTime}, counted from before the claim: the lease ends no sooner
 */
public record ClaimedAccount(
        AccountId id,
        long fence,
        RefreshToken token,
        Fingerprint spending,
        Scopes scope,
        int failures,
        boolean unanswered,
        boolean proven,
        long leaseEndsNanos) {
    /** What is left of the lease, below zero where it is over. */
    public Duration leaseLeft() {
        return Duration.ofNanos(leaseEndsNanos - System.nanoTime());
    }
}
