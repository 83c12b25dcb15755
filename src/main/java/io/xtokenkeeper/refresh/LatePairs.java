package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.Grants;
import io.xtokenkeeper.account.PendingAccounts;
import io.xtokenkeeper.account.TokenEncryption;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.revocation.Revocation;
import io.xtokenkeeper.revocation.RevocationRepository;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Handles token pairs that arrived after their account's row was deleted. */
@Singleton
public class LatePairs {
    private final PendingAccounts pending;
    private final RefreshResultRepository repository;
    private final RevocationRepository revocations;
    private final TokenEncryption encryption;

    LatePairs(
            PendingAccounts pending,
            RefreshResultRepository repository,
            RevocationRepository revocations,
            TokenEncryption encryption) {
        this.pending = pending;
        this.repository = repository;
        this.revocations = revocations;
        this.encryption = encryption;
    }

    /**
     * Saves the token pair to the account that a pending one was merged into; if the account was erased, queues it for
     * revocation.
     */
    public void add(RefreshResult.Rotated late) {
        var moved = late.id().isPending() ? pending.byFingerprint(late.spent()) : Optional.<AccountId>empty();
        if (moved.isPresent()) {
            repository.save(List.of(moved(late, moved.get())));
        } else {
            revoke(late);
        }
    }

    private void revoke(RefreshResult.Rotated late) {
        var row = late.id().value();
        var access = late.access().map(token -> encryption.decryptAccess(Grants.TABLE, row, token.token()));
        late.refreshToken()
                .map(bytes -> encryption.decryptRefresh(Grants.TABLE, row, bytes))
                .ifPresent(refresh -> revocations.queue(Revocation.of(late.id(), access, refresh)));
    }

    private RefreshResult.Rotated moved(RefreshResult.Rotated late, AccountId to) {
        var from = late.id().value();
        return new RefreshResult.Rotated(
                to,
                late.fence(),
                late.spent(),
                late.current(),
                late.access()
                        .map(access -> new RefreshResult.Rotated.Access(
                                encryption.encryptIssued(
                                        Grants.TABLE,
                                        to.value(),
                                        encryption.decryptAccess(Grants.TABLE, from, access.token())),
                                access.issuedAt(),
                                access.expiresAt())),
                late.refreshToken()
                        .map(token -> encryption.encryptIssued(
                                Grants.TABLE, to.value(), encryption.decryptRefresh(Grants.TABLE, from, token))),
                late.scope(),
                late.nextRefreshAt(),
                late.problem());
    }
}
