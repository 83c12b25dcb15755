package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.LastError;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Fingerprint;
import io.xtokenkeeper.domain.Scopes;
import java.time.Instant;
import java.util.Optional;

/** The result of one refresh attempt, as it is written to the account. */
public sealed interface RefreshResult {
    AccountId id();

    /**
     * X issued a new access token, refresh token, or both, for {@code spent}. The tokens are encrypted already, so they
     * can wait, in memory or in a file, until the database is available.
     *
     * @param fence fencing token of the claim; if X sent no new refresh token, the result counts only if the row still
     *     has it
     * @param access empty if X sent no usable access token: the account then has none, because X may have ended the
     *     stored one
     * @param refreshToken empty if X sent none; the stored one is kept
     * @param current fingerprint of the account's refresh token after this result
     * @param problem why the access token could not be used; empty if it could
     */
    @SuppressWarnings("ArrayRecordComponent") // written to their columns, never compared
    record Rotated(
            AccountId id,
            long fence,
            Fingerprint spent,
            Fingerprint current,
            Optional<Access> access,
            Optional<byte[]> refreshToken,
            Optional<Scopes> scope,
            Instant nextRefreshAt,
            Optional<LastError> problem)
            implements RefreshResult, PendingPair {
        /** An encrypted access token. */
        @SuppressWarnings("ArrayRecordComponent") // written to its column, never compared
        public record Access(byte[] token, Instant issuedAt, Instant expiresAt) {}

        @Override
        public String toString() {
            return "Rotated[" + id + "]";
        }
    }

    /**
     * The refresh failed and is retried at {@code until}. The grant is kept.
     *
     * @param mayBeSpent the outcome is unknown, so the refresh token that was sent may be spent
     */
    record Postponed(AccountId id, long fence, Instant until, LastError error, boolean mayBeSpent)
            implements RefreshResult {}

    /** X revoked the grant. Its encrypted tokens are kept until a new consent replaces them or the account is erased. */
    record Revoked(AccountId id, long fence, LossReason reason, LastError error) implements RefreshResult {}
}
