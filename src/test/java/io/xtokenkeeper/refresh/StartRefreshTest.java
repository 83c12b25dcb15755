package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.vault.StoreException;
import io.xtokenkeeper.vault.TestVault;
import io.xtokenkeeper.x.TokenAnswer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StartRefreshTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final AccountId ID = new AccountId("1");

    private final TestVault vault = TestVault.over(Databases.away());
    private final RefreshSettings settings = new RefreshSettings(
            Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(20), 64, OptionalInt.empty());
    private final Brake brake = new Brake(vault.appState(), event -> {});
    private final StartRefresh start = new StartRefresh(
            vault.claimAccounts(),
            null,
            brake,
            new Budget(vault.appState(), settings),
            InstantSource.fixed(NOW.plusSeconds(60)),
            settings);

    /** The store was away just when one account was to try whether X takes the app again: the next must be let through. */
    @Test
    void aStoreThatIsAwayDoesNotHoldTheBrakeForEver() {
        brake.heed(new TokenAnswer.AppRefused("wrong secret"), NOW);

        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> start.due(64));
        assertThat(brake.admit(64, NOW.plusSeconds(60))).isEqualTo(1);
        brake.unused();

        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> start.one(ID, NOW, Instant.EPOCH));
        assertThat(brake.admit(64, NOW.plusSeconds(60))).isEqualTo(1);
    }
}
