package io.xtokenkeeper.refresh;

import io.smallrye.mutiny.Uni;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.x.AskX;
import io.xtokenkeeper.x.TokenAnswer;
import io.xtokenkeeper.x.XCallPermits.Permit;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jboss.logging.Logger;

/**
 * Takes one claimed account through the call to X, the decision and the save.
 *
 * <ol>
 *   <li>A token is sent only while enough of the lease is left for a call and its save.
 *   <li>A call that was sent goes on until shortly before the lease ends, whether its caller still waits or not.
 *   <li>The new token is returned to callers after it is saved.
 * </ol>
 */
@Singleton
class RefreshClaimed {
    private static final Logger LOG = Logger.getLogger(RefreshClaimed.class);
    /** Beyond the call's usual time. */
    private static final Duration SEND_MARGIN = Duration.ofSeconds(5);
    /** For reading a late answer, and saving it. */
    private static final Duration SAVE_MARGIN = Duration.ofSeconds(3);

    private final AskX x;
    private final RefreshLoop loop;
    private final ClaimAccounts claims;
    private final RefreshCircuitBreaker breaker;
    private final Judge judge;
    private final SaveAnswers save;
    private final RefreshWatch watch;
    private final RefreshSettings settings;
    private final InstantSource clock;
    private final ConcurrentMap<AccountId, CompletableFuture<Landing>> inFlight = new ConcurrentHashMap<>();

    RefreshClaimed(
            AskX x,
            RefreshLoop loop,
            ClaimAccounts claims,
            RefreshCircuitBreaker breaker,
            Judge judge,
            SaveAnswers save,
            RefreshWatch watch,
            RefreshSettings settings,
            InstantSource clock) {
        this.x = x;
        this.loop = loop;
        this.claims = claims;
        this.breaker = breaker;
        this.judge = judge;
        this.save = save;
        this.watch = watch;
        this.settings = settings;
        this.clock = clock;
        watch.showInFlight(inFlight::size);
    }

    /** The refresh of this account that is in flight in this process. */
    Optional<CompletableFuture<Landing>> inFlight(AccountId id) {
        return Optional.ofNullable(inFlight.get(id));
    }

    /**
     * Returns at once; what it returns is complete when the database has the result.
     *
     * @param permit is closed then
     * @param probe the account is refreshed to find out whether X accepts any
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what is done at the end does not fail
    CompletableFuture<Landing> start(Claimed claimed, Permit permit, boolean probe) {
        var landing = new CompletableFuture<Landing>();
        var earlier = inFlight.putIfAbsent(claimed.id(), landing);
        if (earlier != null) {
            // a database that forgot the earlier claim: that call is still at X, and is saved over what it spent
            permit.close();
            return earlier;
        }
        landing.whenComplete((any, failure) -> {
            inFlight.remove(claimed.id(), landing);
            permit.close();
        });
        if (claimed.leaseLeft().compareTo(settings.deadline().plus(SEND_MARGIN)) < 0) {
            LOG.warnf("account %s: too little of the lease is left, its token is not sent", claimed.id());
            release(claimed);
            landing.complete(new Landing.LookAgain());
            return landing;
        }
        loop.execute(() -> send(claimed, permit, probe, landing));
        return landing;
    }

    private void send(Claimed claimed, Permit permit, boolean probe, CompletableFuture<Landing> landing) {
        var sent = System.nanoTime();
        Uni.createFrom()
                .deferred(() -> x.refresh(claimed.token(), claimed.leaseLeft().minus(SAVE_MARGIN)))
                .subscribe()
                .with(
                        answer -> answered(claimed, answer, permit, probe, sent, landing),
                        bug -> failed(claimed, bug, landing));
    }

    private void release(Claimed claimed) {
        try {
            claims.release(claimed);
        } catch (DatabaseException e) {
            LOG.debugf("account %s: its lease will run out: %s", claimed.id(), e.getMessage());
        }
    }

    private static void failed(Claimed claimed, Throwable bug, CompletableFuture<Landing> landing) {
        LOG.errorf(bug, "account %s: its lease will run out", claimed.id());
        landing.complete(new Landing.LookAgain());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure is handled in it
    private void answered(
            Claimed claimed,
            TokenAnswer answer,
            Permit permit,
            boolean probe,
            long sent,
            CompletableFuture<Landing> landing) {
        permit.answered();
        var now = clock.instant();
        watch.count(answer, sent, now);
        breaker.onAnswer(claimed.id(), answer, probe, claimed.proven(), sent, now)
                .thenAccept(own -> save(claimed, answer, own, landing))
                .exceptionally(bug -> {
                    failed(claimed, bug, landing);
                    return null;
                });
    }

    private void save(Claimed claimed, TokenAnswer answer, boolean own, CompletableFuture<Landing> landing) {
        var verdict = judge.judge(claimed, answer, own, clock.instant());
        save.save(verdict, written -> landing.complete(outcome(answer, verdict, written)));
    }

    private Landing outcome(TokenAnswer answer, Verdict verdict, Written written) {
        var id = verdict.id();
        if (written != Written.SAVED) {
            LOG.infof("account %s: X's answer no longer counts (%s)", id, written);
            return new Landing.LookAgain();
        }
        return switch (verdict) {
            case Verdict.Rotated rotated
            when answer instanceof TokenAnswer.Granted(var pair) -> new Landing.Refreshed(pair);
            case Verdict.Rotated rotated -> {
                var why = rotated.problem().map(error -> error.detail()).orElse("no access token came");
                LOG.errorf("account %s: X gave a refresh token and no usable access token (%s)", id, why);
                yield new Landing.NotNow(rotated.nextRefreshAt(), why);
            }
            case Verdict.Postponed postponed -> {
                var why = postponed.error().reason() + ": " + postponed.error().detail();
                LOG.warnf("account %s is not refreshed, next try at %s (%s)", id, postponed.until(), why);
                yield new Landing.NotNow(postponed.until(), why);
            }
            case Verdict.Lost lost -> {
                LOG.errorf(
                        "account %s needs a new consent (%s: %s)",
                        id, lost.reason(), lost.error().detail());
                watch.lost(lost.reason());
                yield new Landing.LookAgain();
            }
        };
    }
}
