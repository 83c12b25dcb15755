package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.revocation.RevocationRepository;
import io.xtokenkeeper.xapi.TokenRevoker;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Revokes a token pair that is not kept. If X does not confirm it, the revocation is queued and retried later. */
@Singleton
class GrantRevoker {
    private final TokenRevoker revoker;
    private final RevocationRepository revocations;

    GrantRevoker(TokenRevoker revoker, RevocationRepository revocations) {
        this.revoker = revoker;
        this.revocations = revocations;
    }

    void revoke(AccountId account, TokenPair pair) {
        pair.refresh()
                .filter(refresh -> !revoker.revoke(refresh, Optional.of(pair.access())))
                .ifPresent(refresh -> revocations.add(account, pair));
    }
}
