package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.LoopHeartbeats;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.xapi.XCallPermits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefreshStarterTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final AccountId ID = new AccountId("1");

    private final TestVault vault = TestVault.over(Databases.away());
    private final RefreshSettings settings = new RefreshSettings(
            Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(20), 64, OptionalInt.empty());
    private final XCallPermits permits = new XCallPermits(64, 80);
    private final RefreshCircuitBreaker breaker = new RefreshCircuitBreaker(vault.appState(), event -> {}, settings);

    @TempDir
    Path journal;

    private RefreshStarter start() {
        var writer = new RefreshResultWriter(
                vault.refreshResultRepository(),
                null,
                vault.latePairs(),
                vault.accountClaims(),
                new TokenPairJournal(new JournalSettings(journal)),
                breaker,
                new LoopHeartbeats(),
                settings);
        var clock = InstantSource.fixed(NOW);
        var metrics = new RefreshMetrics(null, new SimpleMeterRegistry());
        return new RefreshStarter(
                vault.accountClaims(),
                new RefreshTask(
                        null,
                        null,
                        vault.accountClaims(),
                        breaker,
                        null,
                        writer,
                        metrics,
                        null,
                        settings,
                        clock,
                        Executors.newVirtualThreadPerTaskExecutor()),
                writer,
                breaker,
                new RefreshRateLimiter(vault.appState(), settings),
                permits,
                clock,
                settings,
                Executors.newVirtualThreadPerTaskExecutor());
    }

    @Test
    void aDatabaseThatIsUnavailableLeavesNoPermitTaken() {
        var start = start();

        assertThatExceptionOfType(DatabaseException.class).isThrownBy(() -> start.startDue(64));
        assertThatExceptionOfType(DatabaseException.class)
                .isThrownBy(() -> start.startOne(ID, NOW, Instant.EPOCH, false));

        assertThat(permits.unfinished()).isZero();
    }

    @Test
    void whereNoConnectionIsFreeNothingIsClaimed() throws InterruptedException {
        for (var i = 0; i < 80; i++) {
            assertThat(permits.tryAcquire(XCallPermits.Purpose.ON_DEMAND)).isPresent();
        }
        // a claim would throw, because there is no database
        assertThat(start().startOne(ID, NOW, Instant.EPOCH, false)).isInstanceOf(RefreshStarter.StartResult.Held.class);
    }

    @Test
    void aServiceThatIsStoppingStartsNothing() throws InterruptedException {
        permits.stop();
        assertThat(start().startOne(ID, NOW, Instant.EPOCH, false))
                .isInstanceOfSatisfying(
                        RefreshStarter.StartResult.Held.class,
                        held -> assertThat(held.why()).contains("stopping"));
    }
}
