package io.xtokenkeeper.consent;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.token.TokenPair;
import io.xtokenkeeper.vault.Revocations;
import io.xtokenkeeper.x.AskX;
import io.xtokenkeeper.x.RevokeAnswer;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.stream.Stream;

/** Hands a pair that is not kept back to X: now, or, where X does not do it, noted to be tried again. */
@Singleton
class GiveBack {
    private final AskX askX;
    private final Revocations revocations;

    GiveBack(AskX askX, Revocations revocations) {
        this.askX = askX;
        this.revocations = revocations;
    }

    /** The refresh token first: it is the one that would live for months. */
    void giveBack(AccountId account, TokenPair pair) {
        var tokens = Stream.of(
                        pair.refresh().map(token -> token.value()),
                        Optional.of(pair.access().value()))
                .flatMap(Optional::stream);
        if (!tokens.allMatch(this::revoked)) {
            revocations.add(account, pair);
        }
    }

    private boolean revoked(Secret token) {
        return switch (askX.revoke(token).await().indefinitely()) {
            case RevokeAnswer.Done() -> true;
            case RevokeAnswer.NotDone(var hint) -> false;
        };
    }
}
