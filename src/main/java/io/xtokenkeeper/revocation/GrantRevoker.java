package io.xtokenkeeper.revocation;

import io.xtokenkeeper.account.PendingAccounts;
import io.xtokenkeeper.revocation.DisconnectService.AtX;
import io.xtokenkeeper.xapi.TokenRevoker;
import io.xtokenkeeper.xapi.UserResult;
import io.xtokenkeeper.xapi.XOAuthClient;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Revokes the token pair of an erased account at X, or one that was never kept.
 *
 * <p>X keeps one grant per user and app, and does not document whether revoking an older token ends the current grant.
 * The X user of a pending account is unknown, so X's users/me endpoint is called first, and the token pair is revoked
 * only if that user has no other account here. If X rejects the access token, the grant was revoked or replaced by a
 * newer consent, and nothing is revoked.
 */
@Singleton
public class GrantRevoker {
    private static final Logger LOG = Logger.getLogger(GrantRevoker.class);

    private final RevocationRepository revocations;
    private final PendingAccounts pending;
    private final TokenRevoker revoker;
    private final XOAuthClient x;

    GrantRevoker(RevocationRepository revocations, PendingAccounts pending, TokenRevoker revoker, XOAuthClient x) {
        this.revocations = revocations;
        this.pending = pending;
        this.revoker = revoker;
        this.x = x;
    }

    /** Revokes a queued token pair now, and removes it from the queue unless X has to be asked again. */
    public AtX revoke(Revocation revocation) {
        var result = revocation.account().isPending() ? revokePending(revocation) : revokePair(revocation);
        if (result == AtX.LEFT) {
            LOG.warnf(
                    "Account %s is erased, and not revoked at X: its person may hold a newer grant",
                    revocation.account());
        }
        if (result != AtX.NOT_YET) {
            revocations.done(revocation);
        }
        return result;
    }

    private AtX revokePair(Revocation revocation) {
        return revoker.revoke(revocation.refresh(), revocation.access()) ? AtX.REVOKED : AtX.NOT_YET;
    }

    private AtX revokePending(Revocation revocation) {
        if (revocation.access().isEmpty()) {
            return AtX.LEFT;
        }
        return switch (x.me(revocation.access().get()).await().indefinitely()) {
            case UserResult.Known(var profile) ->
                switch (pending.whoHolds(profile.id())) {
                    case NO_ACCOUNT -> revokePair(revocation);
                    case AN_ACCOUNT -> AtX.LEFT;
                    case PERHAPS_A_PENDING_ONE -> AtX.NOT_YET;
                };
            case UserResult.Unavailable unavailable ->
                unavailable.token() == UserResult.Token.REJECTED ? AtX.LEFT : AtX.NOT_YET;
        };
    }
}
