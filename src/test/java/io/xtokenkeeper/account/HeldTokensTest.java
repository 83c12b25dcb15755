package io.xtokenkeeper.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.testkit.MemoryDataKeys;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeldTokensTest {
    private static final AccountId ID = new AccountId("12");

    private final Changes changes = new Changes();
    private final StoredTokens stored = new StoredTokens();
    private final HeldTokens tokens = new HeldTokens(stored, changes, new TokenCacheSize(10));

    /** One account, and something that happens elsewhere while it is read. */
    private static final class StoredTokens extends Grants {
        private HeldToken held = holding(new Status.Active());
        private Runnable meanwhile = () -> {};

        StoredTokens() {
            super(new Database(Databases.away()), new TokenSeals(MemoryDataKeys.sealer()), null);
        }

        static HeldToken holding(Status status) {
            var now = Instant.parse("2026-11-25T03:00:00Z");
            return new HeldToken(
                    status,
                    Scopes.of("tweet.read"),
                    Optional.of(AccessToken.of("a-token")),
                    now.plusSeconds(7_200),
                    now,
                    Optional.empty(),
                    Optional.empty());
        }

        @Override
        public Optional<HeldToken> held(AccountId id) {
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
        assertThat(tokens.remembered(ID)).isEmpty();
        tokens.held(ID);
        assertThat(tokens.remembered(ID)).contains(stored.held);
        changes.account(ID);
        assertThat(tokens.remembered(ID)).isEmpty();
    }

    @Test
    void whatMayHaveBeenMissedIsForgotten() {
        heardOf(Duration.ZERO);
        tokens.held(ID);
        changes.missed();
        assertThat(tokens.remembered(ID)).isEmpty();
    }

    @Test
    void memoryIsNotTrustedWhereNothingIsHeard() {
        tokens.held(ID);
        assertThat(tokens.remembered(ID)).as("never heard").isEmpty();
        heardOf(Duration.ofMillis(100));
        assertThat(tokens.remembered(ID)).isPresent();
        heardOf(Duration.ofMillis(900));
        assertThat(tokens.remembered(ID)).as("heard too long ago").isEmpty();
    }

    @Test
    void whatWasReadBeforeAChangeIsNotRememberedAfterIt() {
        heardOf(Duration.ZERO);
        stored.meanwhile = () -> changes.account(ID);
        tokens.held(ID);
        assertThat(tokens.remembered(ID)).isEmpty();
        stored.meanwhile = changes::missed;
        tokens.held(ID);
        assertThat(tokens.remembered(ID)).isEmpty();
    }

    @Test
    void onlyGoodTokensAreRemembered() {
        heardOf(Duration.ZERO);
        stored.held = StoredTokens.holding(new Status.NeedsConsent(LossReason.REJECTED_BY_X));
        tokens.held(ID);
        assertThat(tokens.remembered(ID)).isEmpty();
    }

    @Test
    void whereNothingIsToBeRememberedNothingIs() {
        heardOf(Duration.ZERO);
        var none = new HeldTokens(stored, changes, new TokenCacheSize(0));
        none.held(ID);
        assertThat(none.remembered(ID)).isEmpty();
    }
}
