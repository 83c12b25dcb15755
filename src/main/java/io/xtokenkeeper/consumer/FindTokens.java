package io.xtokenkeeper.consumer;

import io.vertx.core.Future;
import io.xtokenkeeper.refresh.Fresh;
import io.xtokenkeeper.refresh.FreshTokens;
import io.xtokenkeeper.refresh.SeekTogether;
import io.xtokenkeeper.token.AccountId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** A token for a call that is answered on the event loop. */
@Singleton
class FindTokens {
    private final FreshTokens tokens;
    private final SeekTogether seek;
    private final TokenOutcome outcome;
    private final OffTheLoop offTheLoop;

    FindTokens(FreshTokens tokens, SeekTogether seek, TokenOutcome outcome, OffTheLoop offTheLoop) {
        this.tokens = tokens;
        this.seek = seek;
        this.outcome = outcome;
        this.offTheLoop = offTheLoop;
    }

    /** Fails with a {@link io.xtokenkeeper.web.ProblemException} that says why there is none. */
    Future<Fresh.Token> fresh(AccountId account, Optional<Duration> minTtl) {
        return tokens.atHand(account, minTtl).map(Future::succeededFuture).orElseGet(() -> seek(account, minTtl));
    }

    private Future<Fresh.Token> seek(AccountId account, Optional<Duration> minTtl) {
        return OffTheLoop.await(seek.fresh(account, minTtl))
                .compose(fresh -> fresh instanceof Fresh.Token token
                        ? Future.succeededFuture(token)
                        : offTheLoop.run(() -> outcome.tokenOrProblem(account, fresh)));
    }
}
