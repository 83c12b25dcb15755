package io.xtokenkeeper.consent;

import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.xtokenkeeper.account.NewGrant;
import io.xtokenkeeper.account.TokenCache;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.persistence.SqlStates;
import io.xtokenkeeper.refresh.JournalEntry;
import io.xtokenkeeper.refresh.PendingGrants;
import io.xtokenkeeper.refresh.RefreshPolicy;
import io.xtokenkeeper.refresh.TokenPairJournal;
import io.xtokenkeeper.revocation.GrantRevoker;
import io.xtokenkeeper.revocation.Revocation;
import io.xtokenkeeper.xapi.UserResult;
import io.xtokenkeeper.xapi.XOAuthClient;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Saves the token pair of a consent, or revokes it if it must not be kept. The pair is in the journal from the moment X has
 * issued it. A code cannot be exchanged twice, so saving is retried until it succeeds.
 */
@Singleton
class GrantRegistrar {
    private static final Logger LOG = Logger.getLogger(GrantRegistrar.class);
    private static final long FIRST_PAUSE_MS = 250;
    private static final long MAX_PAUSE_MS = 5_000;

    private final XOAuthClient xClient;
    private final SaveGrant saveGrant;
    private final PendingGrants pending;
    private final TokenPairJournal journal;
    private final TokenCache tokens;
    private final GrantRevoker revoker;
    private final RefreshPolicy policy;
    private final InstantSource clock;
    private final ExecutorService threads;

    GrantRegistrar(
            XOAuthClient xClient,
            SaveGrant saveGrant,
            PendingGrants pending,
            TokenPairJournal journal,
            TokenCache tokens,
            GrantRevoker revoker,
            RefreshPolicy policy,
            InstantSource clock,
            @VirtualThreads ExecutorService threads) {
        this.xClient = xClient;
        this.saveGrant = saveGrant;
        this.pending = pending;
        this.journal = journal;
        this.tokens = tokens;
        this.revoker = revoker;
        this.policy = policy;
        this.clock = clock;
        this.threads = threads;
    }

    /**
     * The consent that a pair belongs to.
     *
     * @param address the browser's IP address
     * @param connectedAt when the callback arrived
     */
    record Consent(PendingAuthorization authorization, Secret state, Optional<String> address, Instant connectedAt) {}

    /** Adds the pair to the journal, calls users/me and saves the grant. Must be called on a thread that may block. */
    Uni<CallbackOutcome> register(TokenPair pair, RefreshToken refresh, Consent consent) {
        var scope = pair.scope().orElse(consent.authorization().scopes());
        var dueAt = policy.dueAt(pair, ThreadLocalRandom.current());
        var entry = journal.add(pending.encrypt(
                Optional.of(pair.access()),
                refresh,
                scope,
                consent.connectedAt(),
                pair.expiresAt(),
                dueAt,
                consent.state()));
        return xClient.me(pair.access())
                .emitOn(threads)
                .map(profile -> grant(profile, pair, refresh, scope, dueAt, consent.connectedAt()))
                .map(grant -> saved(grant, entry, consent));
    }

    private CallbackOutcome saved(NewGrant grant, JournalEntry entry, Consent consent) {
        try {
            var result = save(grant, consent);
            journal.saved(entry);
            return outcome(result, grant, consent.authorization());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.errorf("X granted account %s: it is in the journal, and saved at the next start", grant.id());
            return new CallbackOutcome.NotSaved();
        }
    }

    /** Saves a refresh token without an access token as a pending account. The next refresh obtains an access token. */
    CallbackOutcome saveAsPending(RefreshToken refresh, Optional<Scopes> scope, Consent consent) {
        var now = clock.instant();
        var grant = pending.encrypt(
                Optional.empty(),
                refresh,
                scope.orElse(consent.authorization().scopes()),
                consent.connectedAt(),
                now,
                now,
                consent.state());
        var entry = journal.add(grant);
        try {
            untilSaved(() -> {
                pending.save(grant);
                return grant;
            });
            journal.saved(entry);
            return new CallbackOutcome.StoredAsPending(Optional.of(grant.id())
                    .filter(id -> consent.authorization().expectedUser().isEmpty()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CallbackOutcome.NotSaved();
        }
    }

    private static NewGrant grant(
            UserResult answer, TokenPair pair, RefreshToken refresh, Scopes scope, Instant dueAt, Instant connectedAt) {
        return switch (answer) {
            case UserResult.Known(var profile) ->
                new NewGrant(
                        profile.id(),
                        profile.username(),
                        profile.name(),
                        profile.pictureUrl(),
                        Optional.empty(),
                        scope,
                        pair,
                        refresh,
                        connectedAt,
                        dueAt);
            case UserResult.Unavailable(var hint, var token, var retryAt) ->
                new NewGrant(
                        AccountId.pending(refresh),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(hint),
                        scope,
                        pair,
                        refresh,
                        connectedAt,
                        dueAt,
                        retryAt);
        };
    }

    private SaveGrantResult save(NewGrant grant, Consent consent) throws InterruptedException {
        var result = untilSaved(() -> {
            try {
                return saveGrant.save(grant, consent, clock.instant());
            } catch (RuntimeException e) {
                if (SqlStates.kindOf(e).filter(SqlStates.Kind.REJECTED::equals).isEmpty()) {
                    throw e;
                }
                // an invalid profile must not prevent the grant from being saved
                return saveGrant.save(grant.withoutProfile(), consent, clock.instant());
            }
        });
        tokens.invalidate(grant.id());
        return result;
    }

    /** Retries with back-off until the database accepts it or the service shuts down. */
    private static <T> T untilSaved(Supplier<T> save) throws InterruptedException {
        for (var pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
            try {
                return save.get();
            } catch (RuntimeException e) {
                LOG.warnf("Cannot save the grant of a consent; trying again: %s", e.getMessage());
                Thread.sleep(pause);
            }
        }
    }

    private void revoke(NewGrant grant) {
        try {
            revoker.revoke(Revocation.of(grant));
        } catch (RuntimeException e) {
            LOG.warnf("Cannot revoke the tokens of X user %s now; they are queued: %s", grant.id(), e.getMessage());
        }
    }

    private CallbackOutcome outcome(SaveGrantResult result, NewGrant grant, PendingAuthorization authorization) {
        var id = grant.id();
        return switch (result) {
            case SAVED -> {
                LOG.infof("Account %s is connected", id);
                yield new CallbackOutcome.Connected(id, authorization.returnTo());
            }
            case SAVED_FOR_OTHER_ACCOUNT -> {
                var expected = authorization.expectedUser().orElseThrow();
                LOG.warnf("Account %s was invited, account %s consented and is kept beside it", expected, id);
                yield id.isPending()
                        ? new CallbackOutcome.Unverified(expected)
                        : new CallbackOutcome.WrongUser(expected, Optional.of(id), true);
            }
            case REJECTED_OTHER_USER -> {
                var expected = authorization.expectedUser().orElseThrow();
                LOG.warnf("Account %s was invited, X user %s consented: not kept", expected, id);
                revoke(grant);
                yield new CallbackOutcome.WrongUser(expected, Optional.of(id), false);
            }
            case SAVED_LINK_USED -> {
                LOG.warnf("Account %s consented with a link used up meanwhile, and is kept without it", id);
                yield new CallbackOutcome.LinkUsed();
            }
            case SAVED_LINK_WITHDRAWN -> {
                LOG.warnf("Account %s consented with a link that was withdrawn meanwhile, and is kept without it", id);
                yield new CallbackOutcome.LinkWithdrawn();
            }
            case REJECTED_LINK_USED -> {
                LOG.warnf("X user %s consented with a link used up meanwhile: not kept", id);
                revoke(grant);
                yield new CallbackOutcome.LinkUsed();
            }
            case REJECTED_LINK_WITHDRAWN -> {
                LOG.warnf("X user %s consented with a link that was withdrawn meanwhile: not kept", id);
                revoke(grant);
                yield new CallbackOutcome.LinkWithdrawn();
            }
        };
    }
}
