package io.xtokenkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.FullDisk;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The database or a disk fails while replicas that share a journal folder refresh many accounts, or a replica is suspended;
 * at an X where using a refresh token twice ends the grant, and a refresh ends the previous access token. Nothing may be
 * lost. The short form runs the cases that once found a defect.
 */
class StoreFaultsIT {
    private static final String FAULTS_ALL = "faults.all";
    private static final boolean ALL = Boolean.getBoolean(FAULTS_ALL);
    private static final int GRANTS = ALL ? 400 : 40;
    private static final int REPLICAS = ALL ? 4 : 2;
    private static final String CONCURRENCY = ALL ? "16" : "5";
    /** The shortest lease for a timeout of two seconds. */
    private static final Duration LEASE = Duration.ofSeconds(12);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<KeeperProcess> keepers = new ArrayList<>();
    private TestPostgres database;
    private Sandbox x;
    private List<SeededGrant> grants;

    @BeforeEach
    void begin() {
        x = Sandbox.start(SandboxOptions.defaults().withPort(0));
        x.update(switches -> switches.withReplayKillsFamily(true)
                .withRefreshKillsOldAccess(true)
                .withLatency(Duration.ofMillis(300)));
        grants = x.seed(GRANTS);
    }

    @AfterEach
    void end() {
        keepers.forEach(KeeperProcess::close);
        x.close();
        database.close();
    }

    @Test
    @EnabledIfSystemProperty(named = FAULTS_ALL, matches = "true")
    void connectionsAreCut() {
        database = TestPostgres.migrated();
        sweep(Map.of());
        for (var i = 0; i < 5; i++) {
            database.query("select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where pid <> pg_backend_pid() and backend_type = 'client backend'");
            Sleep.millis(200);
        }
        nothingIsLost("connections cut");
    }

    @Test
    @EnabledIfSystemProperty(named = FAULTS_ALL, matches = "true")
    void theDatabaseIsRestarted() {
        database = TestPostgres.migrated();
        sweep(Map.of());
        database.stop();
        Sleep.millis(1_000);
        database.start();
        nothingIsLost("database restarted");
    }

    /**
     * This server acknowledges commits before it has written them, unless a connection requires otherwise: the service's do.
     */
    @Test
    void theDatabaseCrashesAndRecovers() {
        database = TestPostgres.migrated();
        sweep(Map.of());
        database.crash();
        Sleep.millis(1_000);
        database.start();
        nothingIsLost("database crashed");
    }

    /**
     * Longer than the leases: they have ended when the database is available again, and no replica may spend a token for
     * which another one has an unsaved response.
     */
    @Test
    void theDatabaseIsAwayForLongerThanALease() {
        database = TestPostgres.migrated();
        sweep(Map.of());
        database.stop();
        Sleep.millis(LEASE.plusSeconds(1).toMillis());
        database.start();
        nothingIsLost("database unavailable for longer than leases");
    }

    @Test
    @EnabledIfSystemProperty(named = FAULTS_ALL, matches = "true")
    void theDatabasesDiskIsFull() {
        var disk = FullDisk.mount("120m");
        assumeTrue(disk.isPresent(), "this machine does not let us mount");
        try (var small = disk.get()) {
            database = TestPostgres.on(small.folder());
            sweep(Map.of());
            small.fill();
            writeUntilNothingCanBeWritten();
            Sleep.millis(2_000);
            small.makeRoom();
            // a PostgreSQL that cannot write its log stops, and its supervisor starts it again
            database.crash();
            database.start();
            nothingIsLost("database's disk full");
            keepers.forEach(KeeperProcess::close);
            database.stop();
        }
    }

    @Test
    void theJournalsDiskIsFullAndTheDatabaseAway() {
        var disk = FullDisk.mount("64k");
        assumeTrue(disk.isPresent(), "this machine does not let us mount");
        try (var small = disk.get()) {
            database = TestPostgres.migrated();
            small.fill();
            sweep(Map.of("KEEPER_JOURNAL", small.folder().toString()));
            database.stop();
            await("it is said")
                    .atMost(PATIENCE)
                    .until(() ->
                            keepers.stream().anyMatch(keeper -> keeper.log().contains("No space left on device")));
            database.start();
            nothingIsLost("journal's disk full, database unavailable");
            keepers.forEach(KeeperProcess::close);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = FAULTS_ALL, matches = "true")
    void allReplicasAreKilledWithAnswersUnsavedAndOneComesBackToTheSharedJournal() {
        database = TestPostgres.migrated();
        sweep(Map.of());
        database.stop();
        await("answers wait").atMost(PATIENCE).until(() -> x.ledger().openTokenCalls() == 0);
        Sleep.millis(300);
        keepers.forEach(KeeperProcess::kill);
        database.start();
        start(Map.of());
        nothingIsLost("killed while the database is unavailable, one journal");
    }

    /** Its timeouts have passed when it continues, but the responses can still be read. */
    @Test
    @EnabledIfSystemProperty(named = FAULTS_ALL, matches = "true")
    void aReplicaIsFrozenBeyondItsDeadlines() {
        database = TestPostgres.migrated();
        sweep(Map.of("KEEPER_REFRESH_TIMEOUT", "1s", "KEEPER_REFRESH_LEASE", "30s"));
        var frozen = keepers.getFirst();
        frozen.freeze();
        Sleep.millis(2_000);
        frozen.thaw();
        nothingIsLost("replica suspended for longer than its deadlines");
    }

    /**
     * As with long garbage collections and suspended machines: its leases end, another replica finds the tokens spent, and
     * then its responses arrive after all. An X that ends a grant for a replayed refresh token would have ended it.
     */
    @Test
    @EnabledIfSystemProperty(named = FAULTS_ALL, matches = "true")
    void aReplicaIsFrozenUntilItsLeasesAreOver() {
        x.update(switches -> switches.withReplayKillsFamily(false));
        database = TestPostgres.migrated();
        sweep(Map.of());
        var frozen = keepers.getFirst();
        frozen.freeze();
        Sleep.millis(LEASE.plusSeconds(1).toMillis());
        frozen.thaw();
        await("its answers were read after all")
                .atMost(PATIENCE)
                .until(() -> count("refreshed_at > connected_at") == GRANTS);
        await("and healed what was given up").atMost(PATIENCE).until(() -> count("status = 'NEEDS_CONSENT'") == 0);
        nothingIsLost("replica suspended for longer than its leases");
    }

    private void start(Map<String, String> more) {
        var settings = KeeperProcess.settings(database, x);
        settings.put("KEEPER_REFRESH_CONCURRENCY", CONCURRENCY);
        settings.put("KEEPER_REFRESH_TIMEOUT", "2s");
        settings.put("KEEPER_REFRESH_LEASE", LEASE.toSeconds() + "s");
        settings.putAll(more);
        keepers.add(KeeperProcess.start(settings));
    }

    /** Starts replicas and waits until a part of the accounts is refreshed. */
    private void sweep(Map<String, String> more) {
        for (var i = 0; i < REPLICAS; i++) {
            start(more);
        }
        keepers.getFirst().api().importDue(grants);
        await("a part of the sweep").atMost(PATIENCE).until(() -> x.ledger().totalRefreshes() >= GRANTS / 4);
    }

    /** For a while the write-ahead log can use space that it has allocated already. */
    private void writeUntilNothingCanBeWritten() {
        try {
            for (var i = 0; i < 1_000; i++) {
                database.update(
                        "create table filler" + i + " as select repeat('x', 1000) from generate_series(1, 5000)");
            }
        } catch (IllegalStateException full) {
            return;
        }
        throw new AssertionError("that disk does not fill up");
    }

    private void nothingIsLost(String fault) {
        await("every account is refreshed or lost")
                .atMost(PATIENCE)
                .until(() -> count("status = 'NEEDS_CONSENT' or refreshed_at > connected_at") == GRANTS);
        await("nobody is at work").atMost(PATIENCE).until(() -> count("lease_owner is not null") == 0);
        var lost = count("status = 'NEEDS_CONSENT'");
        var spent = x.ledger().doubleSpends() - x.ledger().excusedDoubleSpends();
        FaultTable.add(new FaultTable.Row(
                "database, disks, replicas", fault, x.ledger().calls(Endpoint.REFRESH), GRANTS, lost, 0, spent));
        assertThat(lost).as("grants lost").isZero();
        var api = keepers.getLast().api();
        assertThat(grants)
                .allSatisfy(grant -> assertThat(
                                x.ledger().isLive(api.token(grant.userId()).text("access_token")))
                        .as("the token handed out is good at X")
                        .isTrue());
    }

    private long count(String where) {
        return database.count("account where " + where);
    }
}
