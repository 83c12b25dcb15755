package io.xtokenkeeper.consent;

import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.x.AskX;
import io.xtokenkeeper.x.TokenAnswer;
import io.xtokenkeeper.x.XHosts;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
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

    private final XHosts hosts;
    private final ConsentAttempts attempts;
    private final AskX askX;
    private final WelcomeGrant welcome;
    private final InstantSource clock;

    FinishConsent(XHosts hosts, ConsentAttempts attempts, AskX askX, WelcomeGrant welcome, InstantSource clock) {
        this.hosts = hosts;
        this.attempts = attempts;
        this.askX = askX;
        this.welcome = welcome;
        this.clock = clock;
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
        return switch (attempts.take(state, callback.browser(), clock.instant())) {
            case TakenAttempt.Taken(var attempt) -> heard(callback, state, attempt);
            case TakenAttempt.Unknown() -> new Finished.StateUnknown();
            case TakenAttempt.Foreign() -> new Finished.ForeignBrowser();
            case TakenAttempt.Replayed() -> new Finished.StateReplayed();
            case TakenAttempt.Expired() -> new Finished.StateExpired();
        };
    }

    private Finished heard(Callback callback, Secret state, Attempt attempt) {
        if (callback.error().isPresent()) {
            return refused(callback.error().get(), callback.description());
        }
        return callback.code().map(code -> exchanged(code, state, attempt)).orElseGet(Finished.NoCode::new);
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

    private Finished exchanged(Secret code, Secret state, Attempt attempt) {
        var answer = askX.exchange(code, attempt.verifier(), attempt.redirectUri())
                .await()
                .indefinitely();
        return switch (answer) {
            case TokenAnswer.Granted(var pair) ->
                pair.refresh()
                        .map(refresh -> welcome.welcome(pair, refresh, attempt, state))
                        .orElseGet(FinishConsent::nothingToKeep);
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
            case TokenAnswer.Unknown(var hint) -> {
                LOG.warnf("X gave no usable answer to a code: %s", hint);
                yield new Finished.NoAnswer();
            }
        };
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
