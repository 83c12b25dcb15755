package io.xtokenkeeper.refresh;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.account.PendingAccount;
import io.xtokenkeeper.account.PendingAccounts;
import io.xtokenkeeper.account.Person;
import io.xtokenkeeper.account.TokenCache;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.SupervisedJob;
import io.xtokenkeeper.xapi.UserResult;
import io.xtokenkeeper.xapi.XOAuthClient;
import io.xtokenkeeper.xapi.XUser;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * Calls X's users/me endpoint again for pending accounts and merges each into its X user's account. Runs in a separate
 * job.
 */
@Singleton
public class PendingAccountResolver {
    private static final Logger LOG = Logger.getLogger(PendingAccountResolver.class);
    private static final int AT_ONCE = 8;
    private static final int MAX_MERGED = 100;

    private final PendingAccounts pending;
    private final TokenCache tokens;
    private final XOAuthClient x;
    private final InstantSource clock;

    PendingAccountResolver(PendingAccounts pending, TokenCache tokens, XOAuthClient x, InstantSource clock) {
        this.pending = pending;
        this.tokens = tokens;
        this.x = x;
        this.clock = clock;
    }

    /** Runs every 10 seconds; throws if the database is unavailable. */
    @SupervisedJob
    @Scheduled(identity = "pending accounts", every = "10s", concurrentExecution = ConcurrentExecution.SKIP)
    void run() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            pending.claim(AT_ONCE).forEach(account -> threads.execute(() -> requestUser(account)));
        }
        pending.ready(MAX_MERGED).forEach(this::merge);
    }

    private void requestUser(PendingAccount account) {
        try {
            switch (x.me(account.access()).await().indefinitely()) {
                case UserResult.Known(var profile) -> resolved(account.id(), profile);
                case UserResult.Unavailable(var hint, var token, var retryAt) -> {
                    LOG.warnf(
                            "X did not return the user of account %s (%s), attempt %d of %d",
                            account.id(), hint, account.tries(), PendingAccounts.MAX_TRIES);
                    retryAt.ifPresent(then -> pending.askNotBefore(account.id(), then));
                }
            }
        } catch (DatabaseException e) {
            LOG.warnf("Cannot note whose account %s is: %s", account.id(), e.getMessage());
        }
    }

    /** Records X's response about the user, which this job or a caller's proxy call received. */
    public void resolved(AccountId id, XUser profile) {
        pending.resolved(id, new Person(profile.id(), profile.username(), profile.name(), profile.pictureUrl()));
    }

    /** Merges one account; a failure does not keep the others from being merged. */
    private void merge(AccountId id) {
        try {
            pending.merge(id, clock.instant()).ifPresent(person -> {
                tokens.invalidate(id);
                tokens.invalidate(person);
                LOG.infof("Account %s is account %s", id, person);
            });
        } catch (DatabaseException e) {
            LOG.warnf("Cannot merge account %s, tried again: %s", id, e.getMessage());
        }
    }
}
