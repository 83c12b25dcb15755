package io.xtokenkeeper.consent;

import io.xtokenkeeper.account.RevocationRepository;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.xapi.TokenRevoker;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Hands a pair that is not kept back to X: now, or, where X does not do it, noted to be tried again. */
@Singleton
class GrantRevoker {
    private final TokenRevoker revoker;
    private final RevocationRepository revocations;

    GrantRevoker(TokenRevoker revoker, RevocationRepository revocations) {
        this.revoker = revoker;
        this.revocations = revocations;
    }

    void giveBack(AccountId account, TokenPair pair) {
        pair.refresh()
                .filter(refresh -> !revoker.revoke(refresh, Optional.of(pair.access())))
                .ifPresent(refresh -> revocations.add(account, pair));
    }
}
