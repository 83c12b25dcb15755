package io.xtokenkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Three replicas under load, at an X where using a refresh token twice ends the grant and a refresh ends the previous access
 * token, with random faults. Afterwards X's call log and the database are compared: every lost grant must have a cause that
 * no client can prevent. {@code -Dchaos.seed} repeats a schedule, {@code -Dchaos.duration} ({@code 90s}, {@code 20m}) sets
 * how long faults are injected.
 */
@Isolated
class ChaosIT {
    private static final int REPLICAS = 3;
    private static final int ACCOUNTS = 200;
    private static final int IMPORTED_LATER = 40;
    private static final long FIRST_USER = 7_000_000_001L;
    private static final Duration LEASE = Duration.ofSeconds(12);
    private static final Duration ACCESS_TOKEN_LIFE = Duration.ofSeconds(40);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long FAULT_MILLIS = 3_000;
    private static final Map<String, String> SETTINGS = Map.of(
            "KEEPER_CONSENT_OPEN", "true",
            "KEEPER_REFRESH_EVERY", "1s",
            "KEEPER_REFRESH_CONCURRENCY", "16",
            "KEEPER_REFRESH_AHEAD", "20s",
            "KEEPER_REFRESH_TIMEOUT", "2s",
            "KEEPER_REFRESH_LEASE", LEASE.toSeconds() + "s",
            "KEEPER_SHUTDOWN_GRACE", "20s");

    private final long seed = Long.getLong("chaos.seed", System.nanoTime());
    private final Duration duration = Duration.parse("PT" + System.getProperty("chaos.duration", "60s"));
    private final Map<String, Long> struck = new TreeMap<>();

    @TempDir
    Path folder;

    private TestPostgres postgres;
    private ChaosDatabase database;
    private Sandbox x;
    private ChaosReplicas replicas;

    @AfterEach
    void end() {
        if (replicas != null) {
            replicas.close();
        }
        if (x != null) {
            x.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void everyLossIsExplained() throws Exception {
        System.out.println("chaos: -Dchaos.seed=" + seed + ", " + duration.toSeconds() + " s");
        begin();
        var users = LongStream.range(FIRST_USER, FIRST_USER + ACCOUNTS)
                .mapToObj(Long::toString)
                .toList();
        var later = LongStream.range(FIRST_USER + ACCOUNTS, FIRST_USER + ACCOUNTS + IMPORTED_LATER)
                .mapToObj(Long::toString)
                .toList();
        connect(users);
        var all = Stream.concat(users.stream(), later.stream()).toList();
        var load = new ChaosLoad(replicas, REPLICAS, x, users, later, seed);
        load.start();
        strike(ChaosSchedule.of(seed, duration, REPLICAS, LEASE));
        settle(load);
        judge(all, load);
    }

    private void begin() {
        postgres = TestPostgres.migrated();
        database = new ChaosDatabase(postgres);
        x = Sandbox.start(SandboxOptions.defaults().withHost("0.0.0.0"));
        x.update(switches -> switches.withReplayKillsFamily(true)
                .withRefreshKillsOldAccess(true)
                .withLogCalls(true)
                .withAccessTokenLife(ACCESS_TOKEN_LIFE));
        replicas = new ChaosReplicas(REPLICAS, postgres, x, folder, SETTINGS);
        database.watch();
    }

    private void connect(List<String> users) {
        var grants = users.stream().map(x::issueGrant).toList();
        for (var i = 0; i < REPLICAS; i++) {
            var replica = i;
            var some = grants.stream()
                    .filter(grant -> Long.parseLong(grant.userId()) % REPLICAS == replica)
                    .toList();
            assertThat(new Api(replicas.url(replica), KeeperProcess.ADMIN_KEY)
                            .importDue(some)
                            .status())
                    .isEqualTo(200);
        }
        await("each is refreshed, or over")
                .atMost(PATIENCE)
                .until(() -> postgres.count("account where status = 'ACTIVE' and refreshed_at <= connected_at") == 0);
    }

    /**
     * Skips a step whose replica is still under its previous fault. Each step runs on a thread of its own, so that a long
     * one delays only its replica.
     */
    private void strike(List<ChaosSchedule.Step> steps) throws InterruptedException {
        var begin = Instant.now();
        var failures = new ArrayList<Throwable>();
        try (var threads = Executors.newScheduledThreadPool(16)) {
            for (var step : steps) {
                threads.schedule(
                        () -> {
                            try {
                                strike(step.fault());
                            } catch (Throwable failure) {
                                synchronized (failures) {
                                    failures.add(failure);
                                }
                            }
                        },
                        step.at().minus(Duration.between(begin, Instant.now())).toMillis(),
                        TimeUnit.MILLISECONDS);
            }
            Thread.sleep(duration);
        }
        assertThat(failures).as("faults that could not be made").isEmpty();
    }

    private void strike(ChaosFault fault) {
        var done = switch (fault) {
            case ChaosFault.AtX it -> atX(it);
            case ChaosFault.SlowX it -> slowX(it);
            case ChaosFault.Terminate it -> replicas.terminate(it.replica());
            case ChaosFault.Kill it -> replicas.kill(it.replica(), it.pause());
            case ChaosFault.Freeze it -> replicas.freeze(it.replica(), it.length());
            case ChaosFault.StepClock it -> replicas.stepClock(it.step(), it.length());
            case ChaosFault.RestartDatabase it -> restart(it);
            case ChaosFault.CutConnections it -> {
                synchronized (postgres) {
                    database.cutConnections();
                }
                yield true;
            }
        };
        if (done) {
            synchronized (struck) {
                struck.merge(fault.word(), 1L, Long::sum);
            }
        }
    }

    private boolean atX(ChaosFault.AtX fault) {
        var rule = FaultRule.times(fault.fault(), fault.times())
                .delayedBy(fault.delay())
                .resettingIn(Duration.ofSeconds(1).plus(fault.delay()));
        x.update(switches -> switches.withFault(fault.endpoint(), rule));
        // faults that no call has met by then are removed: if they accumulated, they would fail every probe of a pause,
        // and
        // it would never end
        Sleep.millis(FAULT_MILLIS);
        x.update(switches -> switches.withFault(fault.endpoint()));
        return true;
    }

    private boolean slowX(ChaosFault.SlowX fault) {
        x.update(switches -> fault.beforeTheWork()
                ? switches.withLatencyBefore(fault.latency())
                : switches.withLatency(fault.latency()));
        Sleep.millis(fault.length().toMillis());
        x.update(switches -> fault.beforeTheWork()
                ? switches.withLatencyBefore(Duration.ZERO)
                : switches.withLatency(Duration.ZERO));
        return true;
    }

    private boolean restart(ChaosFault.RestartDatabase fault) {
        synchronized (postgres) {
            var from = Instant.now();
            if (fault.crash()) {
                postgres.crash();
            } else {
                postgres.stop();
            }
            Sleep.millis(fault.length().toMillis());
            postgres.start();
            replicas.add(new ReplicaFault(ReplicaFault.DATABASE, ReplicaFault.Kind.DOWN, from, Instant.now()));
        }
        return true;
    }

    /** Stops all faults; returns when nothing is in flight and every replica has saved its results. */
    private void settle(ChaosLoad load) throws InterruptedException {
        // each account is refreshed once more, and then not again: with short-lived tokens some account is always due
        x.update(switches -> switches.withoutFaults().withAccessTokenLife(Duration.ofHours(2)));
        load.stop();
        await("imports and disconnects are confirmed").atMost(PATIENCE).until(() -> {
            Sleep.millis(500);
            return load.confirmed();
        });
        await("no call is at X and no account is claimed")
                .atMost(PATIENCE)
                .until(() -> x.ledger().openTokenCalls() == 0 && !database.isBusy());
        replicas.stop();
    }

    private void judge(List<String> users, ChaosLoad load) {
        var logs = users.stream()
                .collect(Collectors.toMap(user -> user, user -> x.ledger().log(user)));
        var saved = database.saved();
        var savedAt = saved.stream()
                .collect(Collectors.toMap(ChaosDatabase.Saved::fingerprint, ChaosDatabase.Saved::at, (a, b) -> a));
        var result = new ChaosVerdict(logs, saved, new LossExplainer(replicas.faults(), savedAt, LEASE));
        result.checkLosses(database.losses());
        result.checkDoubleSpends();
        result.checkHeld(
                database.rows(),
                Set.copyOf(database.revoking()),
                user -> x.ledger().liveGrants(user) > 0,
                Instant.now());
        result.checkHanded(load.handed());
        var report = new ChaosReport(seed, duration, replicas, database, logs);
        report.write(ACCOUNTS + IMPORTED_LATER, x.ledger(), struck, load.answers(), result);
        assertThat(result.findings())
                .as(() -> report.histories(result.findings()))
                .isEmpty();
    }
}
