package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Fingerprint;
import io.xtokenkeeper.token.Scopes;
import java.time.Instant;
import java.util.Optional;

/** What became of one attempt, as it is written to the account. */
public sealed interface Verdict {
    AccountId id();

    /**
     * X gave a new pair for {@code spent}. It is sealed already, so it can wait, in memory or in a file, for a store that
     * is away.
     *
     * @param refreshToken empty where X sent none, then the stored one stays
     * @param current the refresh token's fingerprint after this
     */
    @SuppressWarnings("ArrayRecordComponent") // written to their columns, never compared
    record Rotated(
            AccountId id,
            Fingerprint spent,
            Fingerprint current,
            byte[] accessToken,
            Optional<byte[]> refreshToken,
            Optional<Scopes> scope,
            Instant issuedAt,
            Instant expiresAt,
            Instant nextRefreshAt)
            implements Verdict {
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
    record Postponed(AccountId id, long fence, Instant until, LastError error, boolean mayBeSpent) implements Verdict {}

    /** X says the grant is over. Its tokens stay, sealed, until a consent replaces them or somebody erases them. */
    record Lost(AccountId id, long fence, LossReason reason, LastError error) implements Verdict {}
}
