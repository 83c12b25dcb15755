package io.xtokenkeeper.consent;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.RefreshToken;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.token.TokenPair;
import io.xtokenkeeper.vault.HeldTokens;
import io.xtokenkeeper.vault.NewGrant;
import io.xtokenkeeper.vault.Schedule;
import io.xtokenkeeper.x.AskX;
import io.xtokenkeeper.x.ProfileAnswer;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/** A pair has arrived: finds out whose it is and has it kept, or gives it back. */
@Singleton
class WelcomeGrant {
    private static final Logger LOG = Logger.getLogger(WelcomeGrant.class);

    /** A code cannot be exchanged twice, so a store that stumbles gets more than one chance. */
    private static final long[] PAUSES_MS = {0, 250, 1_000, 3_000};

    private final AskX askX;
    private final KeepConsent keepConsent;
    private final HeldTokens tokens;
    private final GiveBack giveBack;
    private final Schedule schedule;
    private final InstantSource clock;

    WelcomeGrant(
            AskX askX,
            KeepConsent keepConsent,
            HeldTokens tokens,
            GiveBack giveBack,
            Schedule schedule,
            InstantSource clock) {
        this.askX = askX;
        this.keepConsent = keepConsent;
        this.tokens = tokens;
        this.giveBack = giveBack;
        this.schedule = schedule;
        this.clock = clock;
    }

    Finished welcome(TokenPair pair, RefreshToken refresh, Attempt attempt, Secret state) {
        var grant = grant(pair, refresh, attempt);
        var kept = keep(grant, attempt, state);
        return kept.map(how -> finished(how, grant, attempt)).orElseGet(() -> {
            LOG.errorf(
                    "X granted account %s, and the store did not take it: the consent must be given again", grant.id());
            return new Finished.NotKept();
        });
    }

    private NewGrant grant(TokenPair pair, RefreshToken refresh, Attempt attempt) {
        var scope = pair.scope().orElse(attempt.scopes());
        var dueAt = schedule.dueAt(pair, ThreadLocalRandom.current());
        return switch (askX.me(pair.access()).await().indefinitely()) {
            case ProfileAnswer.Known(var profile) ->
                new NewGrant(
                        profile.id(),
                        profile.username(),
                        profile.name(),
                        profile.pictureUrl(),
                        Optional.empty(),
                        scope,
                        pair,
                        refresh,
                        dueAt);
            case ProfileAnswer.Unavailable(var hint, var token) ->
                new NewGrant(
                        AccountId.pending(refresh),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(hint),
                        scope,
                        pair,
                        refresh,
                        dueAt);
        };
    }

    private Optional<Kept> keep(NewGrant grant, Attempt attempt, Secret state) {
        for (var pause : PAUSES_MS) {
            try {
                Thread.sleep(pause);
                var kept = keepConsent.keep(grant, attempt, state, clock.instant());
                tokens.forget(grant.id());
                return Optional.of(kept);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } catch (RuntimeException e) {
                LOG.warnf("the store did not take the grant of account %s: %s", grant.id(), e);
            }
        }
        return Optional.empty();
    }

    private Finished finished(Kept kept, NewGrant grant, Attempt attempt) {
        var id = grant.id();
        return switch (kept) {
            case AS_INVITED -> {
                LOG.infof("account %s is connected", id);
                yield new Finished.Connected(id, attempt.returnTo());
            }
            case BESIDE -> {
                var expected = attempt.expectedUser().orElseThrow();
                LOG.warnf("account %s was invited, account %s consented and is kept beside it", expected, id);
                yield id.isPending() ? new Finished.Unverified(expected) : new Finished.WrongUser(expected, id, true);
            }
            case NOT_FOR_A_STRANGER -> {
                var expected = attempt.expectedUser().orElseThrow();
                LOG.warnf("account %s was invited, X user %s consented: not kept", expected, id);
                giveBack.giveBack(id, grant.pair());
                yield new Finished.WrongUser(expected, id, false);
            }
            case NOT_WITH_A_USED_LINK -> {
                LOG.warnf("X user %s consented with a link used up meanwhile: not kept", id);
                giveBack.giveBack(id, grant.pair());
                yield new Finished.LinkUsed();
            }
        };
    }
}
