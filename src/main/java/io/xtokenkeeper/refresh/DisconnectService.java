package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.RevocationRepository;
import io.xtokenkeeper.account.TokenCache;
import io.xtokenkeeper.domain.AccountId;
import jakarta.inject.Singleton;

/**
 * Ends an account: erased here first, in one transaction with the note to revoke its pair, so that neither a crash nor an
 * X that is down can leave a live token that nobody knows of. What X does not confirm {@link RevocationRetry} tries again.
 */
@Singleton
public class DisconnectService {
    private final RevocationRepository revocations;
    private final TokenCache tokens;
    private final ErasedGrantRevoker revoke;

    DisconnectService(RevocationRepository revocations, TokenCache tokens, ErasedGrantRevoker revoke) {
        this.revocations = revocations;
        this.tokens = tokens;
        this.revoke = revoke;
    }

    /** What became of it at X. */
    public enum AtX {
        /** Also where there was nothing to revoke. */
        REVOKED("revoked at X"),
        /** {@link ErasedGrantRevoker} says when. */
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

    public AtX account(AccountId id) {
        var erased = revocations.erase(id);
        tokens.forget(id);
        return erased.map(revoke::revoke).orElse(id.isPending() ? AtX.LEFT : AtX.REVOKED);
    }
}
