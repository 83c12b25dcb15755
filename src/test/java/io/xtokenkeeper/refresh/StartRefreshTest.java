package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.LoopHeartbeats;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.x.XCallPermits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartRefreshTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final AccountId ID = new AccountId("1");

    private final TestVault vault = TestVault.over(Databases.away());
    private final RefreshSettings settings = new RefreshSettings(
            Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(20), 64, OptionalInt.empty());
    private final XCallPermits permits = new XCallPermits(64, 80);
    private final RefreshCircuitBreaker breaker = new RefreshCircuitBreaker(vault.appState(), event -> {}, settings);

    @TempDir
    Path journal;

    private StartRefresh start() {
        var save = new SaveAnswers(
                vault.saveVerdicts(),
                null,
                vault.latePairs(),
                vault.claimAccounts(),
                new RotationJournal(new JournalSettings(journal)),
                breaker,
                new LoopHeartbeats(),
                settings);
        var clock = InstantSource.fixed(NOW);
        var watch = new RefreshWatch(null, new SimpleMeterRegistry());
        return new StartRefresh(
                vault.claimAccounts(),
                new RefreshClaimed(null, null, vault.claimAccounts(), breaker, null, save, watch, settings, clock),
                save,
                breaker,
                new Budget(vault.appState(), settings),
                permits,
                clock,
                settings,
                Executors.newVirtualThreadPerTaskExecutor());
    }

    @Test
    void aDatabaseThatIsUnavailableLeavesNoPermitTaken() {
        var start = start();

        assertThatExceptionOfType(DatabaseException.class).isThrownBy(() -> start.due(64));
        assertThatExceptionOfType(DatabaseException.class).isThrownBy(() -> start.one(ID, NOW, Instant.EPOCH, false));

        assertThat(permits.unfinished()).isZero();
    }

    @Test
    void whereNoConnectionIsFreeNothingIsClaimed() throws InterruptedException {
        for (var i = 0; i < 80; i++) {
            assertThat(permits.tryAcquire(XCallPermits.Purpose.ON_DEMAND)).isPresent();
        }
        // the database would throw
        assertThat(start().one(ID, NOW, Instant.EPOCH, false)).isInstanceOf(StartRefresh.Takeoff.Held.class);
    }

    @Test
    void aServiceThatIsStoppingStartsNothing() throws InterruptedException {
        permits.stop();
        assertThat(start().one(ID, NOW, Instant.EPOCH, false))
                .isInstanceOfSatisfying(
                        StartRefresh.Takeoff.Held.class,
                        held -> assertThat(held.why()).contains("stopping"));
    }
}
