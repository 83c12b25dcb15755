package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.LastError;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Fingerprint;
import io.xtokenkeeper.domain.Scopes;
import java.time.Instant;
import java.util.Optional;

/** What became of one attempt, as it is written to the account. */
public sealed interface RefreshResult {
    AccountId id();

    /**
     * X gave a new refresh token for {@code spent}, and mostly an access token with it. They are encrypted already, so they can
     * wait, in memory or in a file, until the database can be reached.
     *
     * @param fence of the claim; where X gave no new refresh token the result counts only under it
     * @param access empty where X sent none that can be used: then there is none, since X may have ended the stored one
     * @param refreshToken empty where X sent none, then the stored one stays
     * @param current the refresh token's fingerprint after this
     * @param problem why the access token could not be used; empty where it could
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
     * Not now. The grant is kept.
     *
     * @param mayBeSpent no answer came, so the token that was sent may be spent
     */
    record Postponed(AccountId id, long fence, Instant until, LastError error, boolean mayBeSpent)
            implements RefreshResult {}

    /** X says the grant is over. Its tokens stay, sealed, until a consent replaces them or somebody erases them. */
    record Lost(AccountId id, long fence, LossReason reason, LastError error) implements RefreshResult {}
}
