package io.xtokenkeeper.consent;

import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.refresh.RefreshSettings;
import io.xtokenkeeper.xapi.TokenEndpointResult;
import io.xtokenkeeper.xapi.XCallPermits;
import io.xtokenkeeper.xapi.XCallPermits.Permit;
import io.xtokenkeeper.xapi.XCallPermits.Purpose;
import io.xtokenkeeper.xapi.XEndpoints;
import io.xtokenkeeper.xapi.XOAuthClient;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Handles the callback of an authorization request that {@link AuthorizationService} started, in this order:
 *
 * <ol>
 *   <li>A callback that is not from X, or is ambiguous, changes nothing.
 *   <li>The state is consumed before any other parameter is trusted, errors included: a forged denial has no effect.
 *   <li>A repetition of the callback in the same browser gets the outcome of the first one: users click twice and reload
 *   pages.
 *   <li>The code is exchanged immediately: X's codes expire after 30 seconds.
 *   <li>Only then users/me is called, once, and the grant is saved whatever the result.
 * </ol>
 */
@Singleton
class CallbackService {
    private static final Logger LOG = Logger.getLogger(CallbackService.class);
    private static final String DENIED = "access_denied";
    private static final String BUSY = "temporarily_unavailable";

    /** Maximum wait for a permit to call X, if there are many concurrent consents. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    /** Added to the time for which the browser waits for X. */
    private static final Duration MAX_SAVE_TIME = Duration.ofSeconds(3);

    /** Polling interval for a consent that is in flight. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    private final XEndpoints endpoints;
    private final AuthorizationRequestRepository requests;
    private final XOAuthClient xClient;
    private final XCallPermits permits;
    private final RefreshSettings settings;
    private final GrantRegistrar registrar;
    private final ConsentLinkRepository links;
    private final ConsentAuditor auditor;
    private final InstantSource clock;
    private final ExecutorService threads;

    CallbackService(
            XEndpoints endpoints,
            AuthorizationRequestRepository requests,
            XOAuthClient xClient,
            XCallPermits permits,
            RefreshSettings settings,
            GrantRegistrar registrar,
            ConsentLinkRepository links,
            ConsentAuditor auditor,
            InstantSource clock,
            @VirtualThreads ExecutorService threads) {
        this.endpoints = endpoints;
        this.requests = requests;
        this.xClient = xClient;
        this.permits = permits;
        this.settings = settings;
        this.registrar = registrar;
        this.links = links;
        this.auditor = auditor;
        this.clock = clock;
        this.threads = threads;
    }

    /** Handles one callback. No thread is blocked while X is called; database access runs on virtual threads. */
    Uni<CallbackResult> finish(AuthorizationResponse callback) {
        if (callback.ambiguous()) {
            return ownPage(new CallbackOutcome.Ambiguous());
        }
        // before the state is consumed: a server that impersonates X must not be able to end the request either
        if (callback.issuer().isPresent() && !callback.issuer().get().equals(endpoints.issuer())) {
            LOG.warnf("A callback names an issuer other than %s; nothing was sent", endpoints.issuer());
            return ownPage(new CallbackOutcome.WrongIssuer());
        }
        return callback.state()
                .map(state -> finish(callback, state))
                .orElseGet(() -> ownPage(new CallbackOutcome.StateUnknown()));
    }

    private static Uni<CallbackResult> ownPage(CallbackOutcome outcome) {
        return Uni.createFrom().item(CallbackResult.of(outcome));
    }

    /** The browser may disconnect, and its wait is limited: the consent continues without it. */
    private Uni<CallbackResult> finish(AuthorizationResponse callback, Secret state) {
        // a copy: cancelling the browser's wait must not cancel the consent itself
        var outcome = blocking(this::permit)
                .chain(permit -> permit.map(acquired -> finish(callback, state, acquired))
                        .orElseGet(() -> ownPage(new CallbackOutcome.Unavailable())))
                .subscribeAsCompletionStage()
                .copy();
        return Uni.createFrom()
                .completionStage(outcome)
                .ifNoItem()
                .after(maxDuration())
                .recoverWithItem(CallbackResult.of(new CallbackOutcome.InProgress()));
    }

    /** The browser waits at most for a permit, two calls to X and saving. */
    private Duration maxDuration() {
        return MAX_WAIT.plus(endpoints.deadline().multipliedBy(2)).plus(MAX_SAVE_TIME);
    }

    /** Acquired before the state is consumed: a consent that cannot be completed now must not be started. */
    private Optional<Permit> permit() {
        try {
            return permits.acquire(Purpose.CONSENT, MAX_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Uni<CallbackResult> finish(AuthorizationResponse callback, Secret state, Permit permit) {
        return blocking(() -> requests.consume(state, callback.browser(), clock.instant()))
                .chain(result -> consumed(callback, state, result, permit))
                .eventually(permit::close);
    }

    private <T> Uni<T> blocking(Supplier<T> work) {
        return Uni.createFrom().item(work).runSubscriptionOn(threads);
    }

    private Uni<CallbackResult> consumed(
            AuthorizationResponse callback, Secret state, StateResult result, Permit permit) {
        return switch (result) {
            case StateResult.Consumed(var authorization) ->
                exchange(callback, state, authorization)
                        .chain(outcome ->
                                blocking(() -> endAndRecord(state, authorization, outcome, callback.address())));
            case StateResult.Unknown() -> ownPage(new CallbackOutcome.StateUnknown());
            case StateResult.WrongBrowser() -> ownPage(new CallbackOutcome.WrongBrowser());
            case StateResult.Replayed(var first, var origin) -> {
                // this callback only polls for the outcome and calls nothing at X
                permit.close();
                yield replayed(state, first.plus(maxDuration()), origin);
            }
            case StateResult.Expired(var origin) ->
                blocking(() -> recorded(
                        new CallbackOutcome.StateExpired(), origin.link(), origin.popup(), callback.address()));
        };
    }

    /** Polls until the first callback's outcome is known, or until {@code end}. The code of this callback is not used. */
    private Uni<CallbackResult> replayed(Secret state, Instant end, StateResult.Origin origin) {
        return blocking(() -> requests.outcome(state))
                .repeat()
                .withDelay(POLL_INTERVAL)
                .whilst(outcome -> outcome.isEmpty() && clock.instant().isBefore(end))
                .select()
                .last()
                .toUni()
                .chain(outcome -> outcome.map(known -> blocking(() -> new CallbackResult(known, back(origin))))
                        .orElseGet(() -> ownPage(new CallbackOutcome.StateReplayed())));
    }

    private CallbackResult endAndRecord(
            Secret state, PendingAuthorization authorization, CallbackOutcome outcome, Optional<String> address) {
        StoredOutcome.of(outcome).ifPresent(ended -> requests.end(state, ended));
        return recorded(outcome, authorization.link(), authorization.popup(), address);
    }

    private CallbackResult recorded(
            CallbackOutcome outcome, Optional<LinkId> id, boolean popup, Optional<String> address) {
        var link = id.flatMap(links::byId);
        auditor.record(outcome, link, address);
        return new CallbackResult(outcome, link.flatMap(one -> ConsentReturn.of(one, popup)));
    }

    private Optional<ConsentReturn> back(StateResult.Origin origin) {
        return origin.link().flatMap(links::byId).flatMap(link -> ConsentReturn.of(link, origin.popup()));
    }

    private Uni<CallbackOutcome> exchange(
            AuthorizationResponse callback, Secret state, PendingAuthorization authorization) {
        if (callback.error().isPresent()) {
            return Uni.createFrom().item(refused(callback.error().get(), callback.description()));
        }
        var consent = new GrantRegistrar.Consent(authorization, state, callback.address(), clock.instant());
        return callback.code()
                .map(code -> exchanged(code, consent))
                .orElseGet(() -> Uni.createFrom().item(new CallbackOutcome.NoCode()));
    }

    /** Maps an error of the authorization response (RFC 6749 §4.1.2.1). Grants that are already stored stay unchanged. */
    private static CallbackOutcome refused(String error, Optional<String> description) {
        return switch (error) {
            case DENIED -> new CallbackOutcome.Denied();
            case BUSY -> new CallbackOutcome.XBusy(Optional.empty());
            default -> {
                var hint = ErrorText.of(error, description);
                LOG.errorf("X ended a consent with an error: %s", hint);
                yield new CallbackOutcome.XFailed(hint);
            }
        };
    }

    private Uni<CallbackOutcome> exchanged(Secret code, GrantRegistrar.Consent consent) {
        var authorization = consent.authorization();
        return xClient.exchange(code, authorization.verifier(), authorization.redirectUri(), settings.lease())
                .emitOn(threads)
                .chain(response -> onTokenResponse(response, consent));
    }

    private Uni<CallbackOutcome> onTokenResponse(TokenEndpointResult response, GrantRegistrar.Consent consent) {
        return switch (response) {
            case TokenEndpointResult.Granted(var pair)
            when pair.refresh().isPresent() ->
                registrar.register(pair, pair.refresh().get(), consent);
            case TokenEndpointResult.RefreshTokenOnly(var refresh, var scope, var hint) -> {
                LOG.errorf("X gave a refresh token and no usable access token to a code: %s", hint);
                yield Uni.createFrom().item(registrar.saveAsPending(refresh, scope, consent));
            }
            default -> Uni.createFrom().item(nothingGranted(response));
        };
    }

    private CallbackOutcome nothingGranted(TokenEndpointResult response) {
        return switch (response) {
            case TokenEndpointResult.Granted granted -> nothingToKeep();
            case TokenEndpointResult.RefreshTokenOnly kept -> throw new IllegalStateException("it was to be kept");
            case TokenEndpointResult.GrantRevoked(var hint) -> codeRefused(hint);
            case TokenEndpointResult.Refused(var status, var hint) -> codeRefused(hint);
            case TokenEndpointResult.AppRejected(var hint) -> {
                LOG.errorf("X rejects this app, check CLIENT_ID and CLIENT_SECRET: %s", hint);
                yield new CallbackOutcome.AppRejected();
            }
            case TokenEndpointResult.Later(var hint, var retryAt, var limited) -> {
                LOG.warnf("X did not exchange an authorization code: %s", hint);
                yield new CallbackOutcome.XBusy(retryAt.map(this::durationUntil));
            }
            case TokenEndpointResult.Unknown(var hint) -> noAnswer(hint);
            case TokenEndpointResult.Unreadable(var hint) -> noAnswer(hint);
            case TokenEndpointResult.NotFromX(var hint) -> noAnswer(hint);
        };
    }

    private static CallbackOutcome noAnswer(String hint) {
        LOG.warnf("X gave no usable answer to a code: %s", hint);
        return new CallbackOutcome.NoAnswer();
    }

    private Duration durationUntil(Instant then) {
        return Duration.between(clock.instant(), then);
    }

    private static CallbackOutcome codeRefused(String hint) {
        LOG.errorf("X rejected an authorization code: %s", hint);
        return new CallbackOutcome.CodeRefused(hint);
    }

    /** The access token is not revoked: it is unknown whether that would also revoke an older grant of the same user. */
    private static CallbackOutcome nothingToKeep() {
        LOG.error("X sent no refresh token, although offline.access was requested");
        return new CallbackOutcome.NoRefreshToken();
    }
}
