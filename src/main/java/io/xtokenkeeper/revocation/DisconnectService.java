package io.xtokenkeeper.revocation;

import io.xtokenkeeper.account.TokenCache;
import io.xtokenkeeper.domain.AccountId;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Disconnects an account. It is first erased here, in the transaction that also queues its token pair for revocation, so
 * that neither a crash nor an outage of X leaves a valid token that the service has no record of. {@link RevocationRetry}
 * retries what X does not confirm.
 */
@Singleton
public class DisconnectService {
    private final RevocationRepository revocations;
    private final TokenCache tokens;
    private final GrantRevoker revoker;

    DisconnectService(RevocationRepository revocations, TokenCache tokens, GrantRevoker revoker) {
        this.revocations = revocations;
        this.tokens = tokens;
        this.revoker = revoker;
    }

    /** The state of the grant at X after the account was erased. */
    public enum AtX {
        /** Also if there was nothing to revoke. */
        REVOKED("revoked at X"),
        /** For the conditions see {@link GrantRevoker}. */
        LEFT("erased; not revoked at X, since the person may hold a newer grant"),
        NOT_YET("erased; X is asked again until it confirms");

        private final String words;

        AtX(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /** Erases the account and revokes its token pair at X. Empty if there was no such account. */
    public Optional<AtX> account(AccountId id) {
        return revocations.erase(id).map(erased -> revoke(id, erased.revocation()));
    }

    /**
     * Revokes the token pair at X of an account that was erased in a transaction of the caller's, which is committed.
     *
     * @param revocation what {@link RevocationRepository#erase} returned
     */
    public AtX revoke(AccountId id, Optional<Revocation> revocation) {
        tokens.invalidate(id);
        return revocation.map(revoker::revoke).orElse(id.isPending() ? AtX.LEFT : AtX.REVOKED);
    }
}
