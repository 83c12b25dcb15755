package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Fingerprint;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import java.time.Duration;

/**
 * An account that this replica may refresh until the lease ends. Its existence proves that the database can be written.
 *
 * @param fence fencing token: a result of this attempt counts only while the row still has it
 * @param failures consecutive failed attempts
 * @param unanswered the same token was sent before with an unknown outcome, so it may be spent
 * @param proven X has issued a token pair for this grant to this app before: it is not another app's grant
 * @param rejected X rejected this grant for itself at the last attempt
 * @param leaseEndsNanos by {@link System#nanoTime}, counted from before the claim: the lease ends no earlier
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
        boolean rejected,
        long leaseEndsNanos) {
    /** Returns the rest of the lease, negative if it has ended. */
    public Duration leaseLeft() {
        return Duration.ofNanos(leaseEndsNanos - System.nanoTime());
    }
}
