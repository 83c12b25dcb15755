package io.xtokenkeeper.refresh;

import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.xapi.TokenEndpointResult;
import io.xtokenkeeper.xapi.XCallPermits.Permit;
import io.xtokenkeeper.xapi.XOAuthClient;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import org.jboss.logging.Logger;

/**
 * Refreshes one claimed account: calls X, decides by its response, saves the result.
 *
 * <ol>
 *   <li>It sends a refresh token only if the lease has enough time left for a call and its save.
 *   <li>A call that was sent continues until shortly before the lease ends, whether or not its caller still waits.
 *   <li>Callers receive the new token only after it is saved.
 * </ol>
 */
@Singleton
class RefreshTask {
    private static final Logger LOG = Logger.getLogger(RefreshTask.class);
    /** Time that the lease must have left in addition to the deadline of the call. */
    static final Duration SEND_MARGIN = Duration.ofSeconds(5);
    /** Time reserved at the end of the lease to read a late response and save it. */
    private static final Duration SAVE_MARGIN = Duration.ofSeconds(3);

    private final XOAuthClient x;
    private final RefreshLoop loop;
    private final AccountClaims claims;
    private final RefreshCircuitBreaker breaker;
    private final RefreshDecider decider;
    private final RefreshResultWriter writer;
    private final RefreshMetrics metrics;
    private final AuditTrail trail;
    private final RefreshSettings settings;
    private final InstantSource clock;
    private final ExecutorService threads;
    private final ConcurrentMap<AccountId, CompletableFuture<RefreshOutcome>> inFlight = new ConcurrentHashMap<>();

    RefreshTask(
            XOAuthClient x,
            RefreshLoop loop,
            AccountClaims claims,
            RefreshCircuitBreaker breaker,
            RefreshDecider decider,
            RefreshResultWriter writer,
            RefreshMetrics metrics,
            AuditTrail trail,
            RefreshSettings settings,
            InstantSource clock,
            @VirtualThreads ExecutorService threads) {
        this.x = x;
        this.loop = loop;
        this.claims = claims;
        this.breaker = breaker;
        this.decider = decider;
        this.writer = writer;
        this.metrics = metrics;
        this.trail = trail;
        this.settings = settings;
        this.clock = clock;
        this.threads = threads;
        metrics.showInFlight(inFlight::size);
    }

    /** Returns the refresh of this account that is in flight in this process. */
    Optional<CompletableFuture<RefreshOutcome>> inFlight(AccountId id) {
        return Optional.ofNullable(inFlight.get(id));
    }

    /**
     * Starts the refresh and returns at once; the future completes when the result is in the database.
     *
     * @param permit closed when the future completes
     * @param probe the account is refreshed to find out whether X accepts any refresh
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback does not fail
    CompletableFuture<RefreshOutcome> start(ClaimedAccount claimed, Permit permit, boolean probe) {
        var completion = new CompletableFuture<RefreshOutcome>();
        var earlier = inFlight.putIfAbsent(claimed.id(), completion);
        if (earlier != null) {
            // the database lost the earlier claim in a failover: that call is still in flight and is saved over the
            // token
            // that it spent
            permit.close();
            return earlier;
        }
        completion.whenComplete((any, failure) -> {
            inFlight.remove(claimed.id(), completion);
            permit.close();
        });
        if (hasTooLittleLease(claimed)) {
            notSent(claimed, completion);
            return completion;
        }
        loop.execute(() -> send(claimed, permit, probe, completion));
        return completion;
    }

    private void send(
            ClaimedAccount claimed, Permit permit, boolean probe, CompletableFuture<RefreshOutcome> completion) {
        // again immediately before: the process may have been suspended since the claim
        if (hasTooLittleLease(claimed)) {
            threads.execute(() -> notSent(claimed, completion));
            return;
        }
        var sent = System.nanoTime();
        Uni.createFrom()
                .deferred(() -> x.refresh(claimed.token(), claimed.leaseLeft().minus(SAVE_MARGIN)))
                .subscribe()
                .with(
                        answer -> answered(claimed, answer, permit, probe, sent, completion),
                        bug -> failed(claimed, bug, completion));
    }

    private boolean hasTooLittleLease(ClaimedAccount claimed) {
        return claimed.leaseLeft().compareTo(settings.deadline().plus(SEND_MARGIN)) < 0;
    }

    private void notSent(ClaimedAccount claimed, CompletableFuture<RefreshOutcome> completion) {
        LOG.warnf("Account %s: too little of the lease is left, its token is not sent", claimed.id());
        release(claimed);
        completion.complete(new RefreshOutcome.ReadAgain());
    }

    private void release(ClaimedAccount claimed) {
        try {
            claims.release(claimed);
        } catch (DatabaseException e) {
            LOG.debugf(
                    "Refreshing account %s failed; it can be claimed again when its lease ends: %s",
                    claimed.id(), e.getMessage());
        }
    }

    private static void failed(ClaimedAccount claimed, Throwable bug, CompletableFuture<RefreshOutcome> completion) {
        LOG.errorf(bug, "Refreshing account %s failed; it can be claimed again when its lease ends", claimed.id());
        completion.complete(new RefreshOutcome.ReadAgain());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the chain handles its own failures
    private void answered(
            ClaimedAccount claimed,
            TokenEndpointResult answer,
            Permit permit,
            boolean probe,
            long sent,
            CompletableFuture<RefreshOutcome> completion) {
        permit.answered();
        var now = clock.instant();
        metrics.count(answer, sent, now);
        // a rejection of a grant that X had rejected for itself says nothing about the app
        var rejectedAgain = probe && claimed.rejected();
        breaker.onAnswer(claimed.id(), answer, probe && !rejectedAgain, claimed.proven(), sent, now)
                .thenAccept(thisGrantOnly -> save(claimed, answer, thisGrantOnly || rejectedAgain, completion))
                .exceptionally(bug -> {
                    failed(claimed, bug, completion);
                    return null;
                });
    }

    private void save(
            ClaimedAccount claimed,
            TokenEndpointResult answer,
            boolean thisGrantOnly,
            CompletableFuture<RefreshOutcome> completion) {
        var result = decider.decide(claimed, answer, thisGrantOnly, clock.instant());
        writer.save(result, written -> {
            completion.complete(outcome(answer, result, written));
            if (written == WriteResult.SAVED && result instanceof RefreshResult.Rotated rotated) {
                rotated.scope().ifPresent(scope -> reportScope(claimed, scope));
            }
        });
    }

    /** A failure is only logged: the new scopes are saved, whether or not that can be recorded. */
    private void reportScope(ClaimedAccount claimed, Scopes scope) {
        if (scope.equals(claimed.scope())) {
            return;
        }
        LOG.warnf("Account %s: X changed its scopes at a refresh to %s, from %s", claimed.id(), scope, claimed.scope());
        try {
            trail.record(
                    NewAuditEvent.ofTimer(AuditEventType.ACCOUNT_SCOPE_CHANGED, scope + "; it was " + claimed.scope())
                            .about(claimed.id()));
        } catch (RuntimeException e) {
            LOG.errorf("Cannot record that the scopes of account %s changed: %s", claimed.id(), e.getMessage());
        }
    }

    private RefreshOutcome outcome(TokenEndpointResult answer, RefreshResult result, WriteResult written) {
        var id = result.id();
        if (written != WriteResult.SAVED) {
            LOG.infof("Account %s: X's response is outdated (%s)", id, written);
            return new RefreshOutcome.ReadAgain();
        }
        return switch (result) {
            case RefreshResult.Rotated rotated
            when answer instanceof TokenEndpointResult.Granted(var pair) -> new RefreshOutcome.Refreshed(pair);
            case RefreshResult.Rotated rotated -> {
                var why = rotated.problem().map(error -> error.detail()).orElse("no access token came");
                LOG.errorf("Account %s: X gave a refresh token and no usable access token (%s)", id, why);
                yield new RefreshOutcome.RetryLater(rotated.nextRefreshAt(), why);
            }
            case RefreshResult.Postponed postponed -> {
                var why = postponed.error().reason() + ": " + postponed.error().detail();
                LOG.warnf("Account %s is not refreshed, next try at %s (%s)", id, postponed.until(), why);
                yield new RefreshOutcome.RetryLater(postponed.until(), why);
            }
            case RefreshResult.Revoked revoked -> {
                LOG.errorf(
                        "Account %s needs a new consent (%s: %s)",
                        id, revoked.reason(), revoked.error().detail());
                metrics.revoked(revoked.reason());
                yield new RefreshOutcome.ReadAgain();
            }
        };
    }
}
