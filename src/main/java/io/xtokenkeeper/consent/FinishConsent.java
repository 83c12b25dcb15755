package io.xtokenkeeper.consent;

import io.quarkus.virtual.threads.VirtualThreads;
import io.xtokenkeeper.refresh.RefreshSettings;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.x.AskX;
import io.xtokenkeeper.x.TokenAnswer;
import io.xtokenkeeper.x.XCallPermits;
import io.xtokenkeeper.x.XCallPermits.Permit;
import io.xtokenkeeper.x.XCallPermits.Purpose;
import io.xtokenkeeper.x.XHosts;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Ends what {@link BeginConsent} began, in this order:
 *
 * <ol>
 *   <li>An answer that is not X's, or cannot be read in one way only, changes nothing at all.
 *   <li>The state is consumed before anything is believed, errors included: a forged denial gets nowhere.
 *   <li>The code is exchanged at once: X gives it 30 seconds.
 *   <li>Only then X is asked who it is, once, and the grant is kept whatever it says.
 * </ol>
 */
@Singleton
class FinishConsent {
    private static final Logger LOG = Logger.getLogger(FinishConsent.class);
    private static final String DENIED = "access_denied";
    private static final String BUSY = "temporarily_unavailable";

    /** For a connection to X, where many consents come at the same time. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** A browser waits for two calls to X, and this much longer. */
    private static final Duration FOR_SAVING = Duration.ofSeconds(3);

    private final XHosts hosts;
    private final AuthorizationRequestRepository attempts;
    private final AskX askX;
    private final XCallPermits permits;
    private final RefreshSettings settings;
    private final WelcomeGrant welcome;
    private final RecordConsent record;
    private final InstantSource clock;
    private final ExecutorService threads;

    FinishConsent(
            XHosts hosts,
            AuthorizationRequestRepository attempts,
            AskX askX,
            XCallPermits permits,
            RefreshSettings settings,
            WelcomeGrant welcome,
            RecordConsent record,
            InstantSource clock,
            @VirtualThreads ExecutorService threads) {
        this.hosts = hosts;
        this.attempts = attempts;
        this.askX = askX;
        this.permits = permits;
        this.settings = settings;
        this.welcome = welcome;
        this.record = record;
        this.clock = clock;
        this.threads = threads;
    }

    Finished finish(Callback callback) {
        if (callback.ambiguous()) {
            return new Finished.Ambiguous();
        }
        // before the state is consumed: whoever plays X here must not be able to end the attempt either
        if (callback.issuer().isPresent() && !callback.issuer().get().equals(hosts.issuer())) {
            LOG.warnf("a callback names another issuer than %s; nothing was sent anywhere", hosts.issuer());
            return new Finished.WrongIssuer();
        }
        return callback.state().map(state -> finish(callback, state)).orElseGet(Finished.StateUnknown::new);
    }

    private Finished finish(Callback callback, Secret state) {
        try {
            // before the state is consumed: what cannot be finished now must not be begun
            var permit = permits.acquire(Purpose.CONSENT, LONGEST_WAIT);
            return permit.isPresent() ? finish(callback, state, permit.get()) : new Finished.NotNow();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Finished.NotNow();
        }
    }

    /** The browser may go away, and waits no longer than it must: what was begun goes on without it. */
    private Finished finish(Callback callback, Secret state, Permit permit) throws InterruptedException {
        var finished = CompletableFuture.supplyAsync(
                        () -> record.record(taken(callback, state), callback.address()), threads)
                .whenComplete((any, failure) -> permit.close());
        try {
            return finished.get(
                    hosts.deadline().multipliedBy(2).plus(FOR_SAVING).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Finished.GoingOn();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    private Finished taken(Callback callback, Secret state) {
        var now = clock.instant();
        return switch (attempts.consume(state, callback.browser(), now)) {
            case TakenAttempt.Taken(var attempt) -> heard(callback, state, attempt, now);
            case TakenAttempt.Unknown() -> new Finished.StateUnknown();
            case TakenAttempt.Foreign() -> new Finished.ForeignBrowser();
            case TakenAttempt.Replayed() -> new Finished.StateReplayed();
            case TakenAttempt.Expired() -> new Finished.StateExpired();
        };
    }

    private Finished heard(Callback callback, Secret state, Attempt attempt, Instant connectedAt) {
        if (callback.error().isPresent()) {
            return refused(callback.error().get(), callback.description());
        }
        return callback.code()
                .map(code -> exchanged(code, new WelcomeGrant.Consent(attempt, state, callback.address(), connectedAt)))
                .orElseGet(Finished.NoCode::new);
    }

    /** RFC 6749 §4.1.2.1. Grants that are kept already stay as they are. */
    private static Finished refused(String error, Optional<String> description) {
        return switch (error) {
            case DENIED -> new Finished.Denied();
            case BUSY -> new Finished.XBusy(Optional.empty());
            default -> {
                var hint = Hint.of(error, description);
                LOG.errorf("X ended a consent with an error: %s", hint);
                yield new Finished.XFailed(hint);
            }
        };
    }

    private Finished exchanged(Secret code, WelcomeGrant.Consent consent) {
        var attempt = consent.attempt();
        var answer = askX.exchange(code, attempt.verifier(), attempt.redirectUri(), settings.lease())
                .await()
                .indefinitely();
        return switch (answer) {
            case TokenAnswer.Granted(var pair) ->
                pair.refresh()
                        .map(refresh -> welcome.welcome(pair, refresh, consent))
                        .orElseGet(FinishConsent::nothingToKeep);
            case TokenAnswer.RefreshTokenOnly(var refresh, var scope, var hint) -> {
                LOG.errorf("X gave a refresh token and no usable access token to a code: %s", hint);
                yield welcome.keepAside(refresh, scope, consent);
            }
            case TokenAnswer.GrantDead(var hint) -> codeRefused(hint);
            case TokenAnswer.Refused(var status, var hint) -> codeRefused(hint);
            case TokenAnswer.AppRefused(var hint) -> {
                LOG.errorf("X refuses our app, check CLIENT_ID and CLIENT_SECRET: %s", hint);
                yield new Finished.AppRefused();
            }
            case TokenAnswer.Later(var hint, var retryAt, var limited) -> {
                LOG.warnf("X did not exchange a code: %s", hint);
                yield new Finished.XBusy(retryAt.map(this::untilThen));
            }
            case TokenAnswer.Unknown(var hint) -> noAnswer(hint);
            case TokenAnswer.Unreadable(var hint) -> noAnswer(hint);
            case TokenAnswer.NotFromX(var hint) -> noAnswer(hint);
        };
    }

    private static Finished noAnswer(String hint) {
        LOG.warnf("X gave no usable answer to a code: %s", hint);
        return new Finished.NoAnswer();
    }

    private Duration untilThen(Instant then) {
        return Duration.between(clock.instant(), then);
    }

    private static Finished codeRefused(String hint) {
        LOG.errorf("X refused a code: %s", hint);
        return new Finished.CodeRefused(hint);
    }

    /** The lonely access token is not revoked: nobody knows whether that would end an older grant of the same person. */
    private static Finished nothingToKeep() {
        LOG.error("X gave no refresh token, although offline.access was asked for");
        return new Finished.NoRefreshToken();
    }
}
