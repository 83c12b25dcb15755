package io.xtokenkeeper.token;

import io.vertx.core.Future;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.WorkerDispatch;
import io.xtokenkeeper.refresh.TokenRequestCoalescer;
import io.xtokenkeeper.refresh.TokenResult;
import io.xtokenkeeper.refresh.TokenService;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** Finds a valid access token for a request that is served on the event loop, without blocking it. */
@Singleton
public class TokenLookup {
    private final TokenService tokens;
    private final TokenRequestCoalescer coalescer;
    private final TokenOutcome outcome;
    private final WorkerDispatch workers;

    TokenLookup(TokenService tokens, TokenRequestCoalescer coalescer, TokenOutcome outcome, WorkerDispatch workers) {
        this.tokens = tokens;
        this.coalescer = coalescer;
        this.outcome = outcome;
        this.workers = workers;
    }

    /**
     * Returns the token, from the cache or after a refresh; fails with a {@link ProblemException} if
     * there is none.
     */
    public Future<TokenResult.Token> validToken(AccountId account, Optional<Duration> minTtl) {
        return tokens.cached(account, minTtl).map(Future::succeededFuture).orElseGet(() -> coalesced(account, minTtl));
    }

    /** Returns the token if it has these scopes; fails with a problem that has a consent link if it does not. */
    Future<TokenResult.Token> withScopes(AccountId account, TokenResult.Token token, Scopes required) {
        var missing = token.scope().missing(required);
        return missing.isEmpty()
                ? Future.succeededFuture(token)
                : workers.run(() -> outcome.scopeMissing(account, token.scope(), missing.get()))
                        .compose(problem -> Future.failedFuture(new ProblemException(problem)));
    }

    private Future<TokenResult.Token> coalesced(AccountId account, Optional<Duration> minTtl) {
        return WorkerDispatch.await(coalescer.validToken(account, minTtl))
                .compose(result -> result instanceof TokenResult.Token token
                        ? Future.succeededFuture(token)
                        : workers.run(() -> outcome.tokenOrProblem(account, result)));
    }
}
