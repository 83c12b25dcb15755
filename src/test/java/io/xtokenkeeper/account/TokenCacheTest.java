package io.xtokenkeeper.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.testkit.MemoryDataKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
    private static final AccountId ID = new AccountId("12");

    private final ChangeBus changes = new ChangeBus();
    private final StoredTokens stored = new StoredTokens();
    private final TokenCache tokens = new TokenCache(stored, changes, new TokenCacheSize(10));

    /** Grants with one account, and an action that runs while it is read. */
    private static final class StoredTokens extends Grants {
        private StoredToken held = holding(new Status.Active());
        private Runnable meanwhile = () -> {};

        StoredTokens() {
            super(new Database(Databases.away()), new TokenEncryption(MemoryDataKeys.cipher()), null);
        }

        static StoredToken holding(Status status) {
            var now = Instant.parse("2026-11-25T03:00:00Z");
            return new StoredToken(
                    status,
                    Scopes.of("tweet.read"),
                    Optional.of(AccessToken.of("a-token")),
                    now.plusSeconds(7_200),
                    now,
                    Optional.empty(),
                    Optional.empty());
        }

        @Override
        public Optional<StoredToken> read(AccountId id) {
            var read = Optional.of(held);
            meanwhile.run();
            return read;
        }
    }

    private void heardOf(Duration ago) {
        changes.provenAsOf(System.nanoTime() - ago.toNanos());
    }

    @Test
    void whatWasReadIsRememberedUntilItChanges() {
        heardOf(Duration.ZERO);
        assertThat(tokens.cached(ID)).isEmpty();
        tokens.load(ID);
        assertThat(tokens.cached(ID)).contains(stored.held);
        changes.account(ID);
        assertThat(tokens.cached(ID)).isEmpty();
    }

    @Test
    void whatMayHaveBeenMissedIsForgotten() {
        heardOf(Duration.ZERO);
        tokens.load(ID);
        changes.missed();
        assertThat(tokens.cached(ID)).isEmpty();
    }

    @Test
    void memoryIsNotTrustedWhereNothingIsHeard() {
        tokens.load(ID);
        assertThat(tokens.cached(ID)).as("never heard").isEmpty();
        heardOf(Duration.ofMillis(100));
        assertThat(tokens.cached(ID)).isPresent();
        heardOf(Duration.ofMillis(900));
        assertThat(tokens.cached(ID)).as("heard too long ago").isEmpty();
    }

    @Test
    void whatWasReadBeforeAChangeIsNotRememberedAfterIt() {
        heardOf(Duration.ZERO);
        stored.meanwhile = () -> changes.account(ID);
        tokens.load(ID);
        assertThat(tokens.cached(ID)).isEmpty();
        stored.meanwhile = changes::missed;
        tokens.load(ID);
        assertThat(tokens.cached(ID)).isEmpty();
    }

    @Test
    void onlyGoodTokensAreRemembered() {
        heardOf(Duration.ZERO);
        stored.held = StoredTokens.holding(new Status.NeedsConsent(LossReason.REJECTED_BY_X));
        tokens.load(ID);
        assertThat(tokens.cached(ID)).isEmpty();
    }

    @Test
    void whereNothingIsToBeRememberedNothingIs() {
        heardOf(Duration.ZERO);
        var none = new TokenCache(stored, changes, new TokenCacheSize(0));
        none.load(ID);
        assertThat(none.cached(ID)).isEmpty();
    }
}
