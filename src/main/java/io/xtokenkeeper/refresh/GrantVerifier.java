package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.DatabaseException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * Verifies grants that were just imported: each is refreshed once, like any other refresh. Verification is not urgent, so
 * it respects the rate limit, like the scheduler.
 */
@Singleton
public class GrantVerifier {
    private static final Duration TURN = Duration.ofMillis(50);

    private final TokenService tokens;
    private final RefreshRateLimiter rateLimiter;
    private final InstantSource clock;

    GrantVerifier(TokenService tokens, RefreshRateLimiter rateLimiter, InstantSource clock) {
        this.tokens = tokens;
        this.rateLimiter = rateLimiter;
        this.clock = clock;
    }

    /**
     * Verifies all accounts concurrently; the caller limits their number. Returns the results in the order of
     * {@code accounts}.
     *
     * @param since a refresh that the scheduler did after this counts
     */
    public List<TokenResult> verify(List<AccountId> accounts, Instant since) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<TokenResult>();
            for (var answer : threads.invokeAll(accounts.stream()
                    .<Callable<TokenResult>>map(id -> () -> verify(id, since))
                    .toList())) {
                answers.add(answer.get());
            }
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the service is stopping", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a grant could not be tried", e);
        }
    }

    private TokenResult verify(AccountId id, Instant since) throws InterruptedException {
        try {
            awaitTurn();
            return tokens.refreshedSince(id, since);
        } catch (DatabaseException e) {
            return new TokenResult.RetryLater(clock.instant(), "the store cannot be reached");
        }
    }

    private void awaitTurn() throws InterruptedException {
        while (rateLimiter.take(1) <= 0) {
            Thread.sleep(TURN);
        }
        // the refresh itself takes from the rate limit, if there is one
        rateLimiter.giveBack(1);
    }
}
