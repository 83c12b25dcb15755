package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.account.NewGrant;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.scheduling.LoopHeartbeats;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saves that the database does not take at once. */
class RefreshResultWriterIT {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration SHORT_LEASE = Duration.ofMillis(50);

    private static TestPostgres postgres;
    private static AgroalDataSource database;
    private static TestVault vault;

    @TempDir
    private Path journalFolder;

    private final AccountClaims claims = vault.accountClaims();
    private final RefreshResultRepository repository = vault.refreshResultRepository();

    @BeforeAll
    static void begin() {
        postgres = TestPostgres.migrated();
        database = Databases.of(postgres);
        vault = TestVault.over(database);
    }

    @AfterAll
    static void end() {
        database.close();
        postgres.close();
    }

    @BeforeEach
    void reset() {
        postgres.update("delete from account");
    }

    @Test
    void aLockedAccountHoldsUpNoOther() throws Exception {
        IntStream.range(1_000, 1_064).forEach(id -> consent(Integer.toString(id)));
        var claimed = claims.claimDue(100, LEASE, NOW);
        var written = new ConcurrentHashMap<AccountId, WriteResult>();
        var writer = writer();
        writer.start();
        try {
            try (var session = postgres.connect();
                    var statement = session.createStatement()) {
                session.setAutoCommit(false);
                statement.executeQuery("select from account where id in ('1000', '1033') for update");
                for (var account : claimed) {
                    var result = repository.rotated(account, pair("new"), NOW.plusSeconds(3_600));
                    writer.save(result, outcome -> written.put(account.id(), outcome));
                }
                await("the others are saved").atMost(Duration.ofSeconds(5)).until(() -> written.size() == 62);
                Sleep.millis(3_000); // several retries
                assertThat(written).hasSize(62);
                session.rollback();
            }
            await("these too").atMost(Duration.ofSeconds(1)).until(() -> written.size() == 64);
            assertThat(written.values()).containsOnly(WriteResult.SAVED);
            assertThat(writer.isIdle()).isTrue();
        } finally {
            writer.stop();
        }
    }

    /** The audit trail, which a revoked grant needs, is locked. */
    @Test
    void aResultThatWaitsForAnotherLockHoldsUpNoOther() throws Exception {
        consent("1");
        consent("2");
        var claimed = claims.claimDue(2, LEASE, NOW);
        var written = new ConcurrentHashMap<AccountId, WriteResult>();
        var writer = writer();
        writer.start();
        try {
            try (var session = postgres.connect();
                    var statement = session.createStatement()) {
                session.setAutoCommit(false);
                statement.executeQuery("select pg_advisory_xact_lock(7234017283807667300)");
                var revoked = claimed.getFirst();
                writer.save(FencingIT.revoked(revoked), outcome -> written.put(revoked.id(), outcome));
                var rotated = claimed.getLast();
                writer.save(
                        repository.rotated(rotated, pair("new"), NOW.plusSeconds(3_600)),
                        outcome -> written.put(rotated.id(), outcome));
                await("the other is saved").atMost(Duration.ofSeconds(5)).until(() -> written.size() == 1);
                assertThat(written).containsKey(rotated.id());
                session.rollback();
            }
            await("this too").atMost(Duration.ofSeconds(1)).until(() -> written.size() == 2);
        } finally {
            writer.stop();
        }
    }

    @Test
    void aPairOfTheJournalThatIsRejectedIsLeasedBeforeAnythingIsClaimed() throws Exception {
        consent("1");
        var claimed = claims.claimDue(1, SHORT_LEASE, NOW).getFirst();
        leave(repository.rotated(claimed, pair("new"), NOW.plusSeconds(3_600)));
        Sleep.millis(100); // the lease ends
        postgres.update("""
                create function refuse_account() returns trigger language plpgsql as $$
                begin
                    raise exception 'refused' using errcode = '23514';
                end $$""");
        postgres.update("""
                create trigger refuse_accounts before update on account for each row
                    when (old.refresh_fingerprint <> new.refresh_fingerprint) execute function refuse_account()""");
        var writer = writer();
        try {
            writer.start();
            assertThat(vault.accountClaims().claimDue(1, LEASE, NOW)).isEmpty();
        } finally {
            postgres.update("drop trigger refuse_accounts on account");
            postgres.update("drop function refuse_account");
        }
        await("it is saved").atMost(Duration.ofSeconds(10)).until(writer::isIdle);
        writer.stop();
        assertThat(vault.grants()
                        .read(new AccountId("1"))
                        .orElseThrow()
                        .access()
                        .orElseThrow()
                        .value()
                        .reveal())
                .isEqualTo("access new");
    }

    private RefreshResultWriter writer() {
        return new RefreshResultWriter(
                repository,
                null,
                vault.latePairs(),
                claims,
                new TokenPairJournal(new JournalSettings(journalFolder)),
                null,
                new LoopHeartbeats(),
                new RefreshSettings(Duration.ofSeconds(1), LEASE, Duration.ofSeconds(30), 10, OptionalInt.empty()));
    }

    private void leave(RefreshResult.Rotated pair) throws IOException {
        Files.write(journalFolder.resolve("0.rotations"), JournalRecord.encode(pair));
    }

    private static void consent(String id) {
        var pair = pair("of " + id);
        vault.grants()
                .save(new NewGrant(
                        new AccountId(id),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Scopes.of("tweet.read offline.access"),
                        pair,
                        pair.refresh().orElseThrow(),
                        NOW,
                        NOW));
    }

    private static TokenPair pair(String name) {
        return new TokenPair(
                AccessToken.of("access " + name),
                Optional.of(RefreshToken.of("refresh " + name)),
                Optional.empty(),
                NOW,
                Duration.ofHours(2));
    }
}
