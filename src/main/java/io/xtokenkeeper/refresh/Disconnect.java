package io.xtokenkeeper.refresh;

import io.smallrye.mutiny.Uni;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.vault.HeldTokens;
import io.xtokenkeeper.vault.Revocation;
import io.xtokenkeeper.vault.Revocations;
import io.xtokenkeeper.vault.StoreException;
import io.xtokenkeeper.x.AskX;
import io.xtokenkeeper.x.RevokeAnswer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Ends an account: erased here first, in one transaction with the note to revoke its pair, so that neither a crash nor an
 * X that is down can leave a live token that nobody knows of. What X does not confirm is tried again later.
 */
@Singleton
public class Disconnect {
    private static final Logger LOG = Logger.getLogger(Disconnect.class);
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int AT_ONCE = 50;

    private final Revocations revocations;
    private final HeldTokens tokens;
    private final AskX x;

    Disconnect(Revocations revocations, HeldTokens tokens, AskX x) {
        this.revocations = revocations;
        this.tokens = tokens;
        this.x = x;
    }

    /** True where X has confirmed it, or there was nothing to confirm. */
    public boolean account(AccountId id) {
        var erased = revocations.erase(id);
        tokens.forget(id);
        return erased.map(this::revoke).orElse(true);
    }

    /** What X did not confirm before. Called by the timer. */
    public void again() {
        try {
            revocations.take(AT_ONCE, PAUSE).forEach(this::revoke);
        } catch (StoreException e) {
            LOG.warnf("revocations wait: %s", e.getMessage());
        }
    }

    private boolean revoke(Revocation revocation) {
        // the refresh token first: with it gone nobody can make new ones
        var tokens = Stream.concat(
                Stream.of(revocation.refresh().value()),
                revocation.access().stream().map(token -> token.value()));
        var done = tokens.allMatch(this::revoke);
        if (done) {
            revocations.done(revocation);
        }
        return done;
    }

    private boolean revoke(Secret token) {
        var answer = x.revoke(token)
                .ifNoItem()
                .after(PATIENCE)
                .recoverWithUni(() -> Uni.createFrom().item(new RevokeAnswer.NotDone("no answer yet")))
                .await()
                .indefinitely();
        return switch (answer) {
            case RevokeAnswer.Done() -> true;
            case RevokeAnswer.NotDone(var hint) -> {
                LOG.warnf("X did not confirm a revocation (%s); it is tried again", hint);
                yield false;
            }
        };
    }
}
