package io.xtokenkeeper.bench;

import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import java.time.Duration;
import java.util.Map;

/** Many accounts due at the same moment: how fast they are refreshed, and what each costs. */
final class SweepBench {
    private static final int ROUNDS = 4;
    private static final String WAL = "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')";

    private final int accounts;
    private final int latencyMillis;
    private final int concurrency;

    SweepBench(int accounts, int latencyMillis, int concurrency) {
        this.accounts = accounts;
        this.latencyMillis = latencyMillis;
        this.concurrency = concurrency;
    }

    void run() throws Exception {
        try (var stage = new Stage(latencyMillis)) {
            var keeper = stage.keeper(
                    Map.of("KEEPER_REFRESH_EVERY", "1s", "KEEPER_REFRESH_CONCURRENCY", Integer.toString(concurrency)));
            stage.seed(accounts, 1_000_000_001L, 7_200);
            // the first rounds warm the service up, the last one counts
            for (var round = 1; round <= ROUNDS; round++) {
                round(stage, keeper, round);
            }
            System.out.printf(
                    "the account table and its indexes: %d octets an account; resident memory of the service %d MiB%n",
                    stage.number("select pg_total_relation_size('account')") / accounts,
                    Memory.resident(keeper.handle()) >> 20);
            System.out.println(stage.ledger().replaceAll("\"refreshes\":\\{[^}]*}", "…"));
        }
    }

    private void round(Stage stage, KeeperProcess keeper, int round) {
        stage.database.update("vacuum analyze account");
        var service = new Cpu(keeper.handle());
        var sandbox = new Cpu(stage.sandbox.toHandle());
        var before = service.used();
        var sandboxBefore = sandbox.used();
        var wal = stage.number(WAL);
        var commits = stage.number("select xact_commit from pg_stat_database where datname = 'postgres'");
        stage.database.update(
                "update account set next_refresh_at = clock_timestamp(), connected_at = clock_timestamp()");
        var begin = System.nanoTime();
        await("all refreshed")
                .atMost(Duration.ofMinutes(5))
                .until(() -> stage.number("select count(*) from account where refreshed_at <= connected_at") == 0);
        var noticed = Duration.ofNanos(System.nanoTime() - begin);
        var span = Double.parseDouble(stage.database
                .query("select extract(epoch from max(refreshed_at) - min(refreshed_at)) from account")
                .getFirst());
        var lag = stage.database
                .query(
                        "select string_agg(round(l::numeric, 2)::text, ' / ') from unnest((select percentile_cont(array[0.5, 0.99])"
                                + " within group (order by extract(epoch from refreshed_at - connected_at)) from account)) l")
                .getFirst();
        Sleep.millis(300);
        var walEach = (stage.number(WAL) - wal) / accounts;
        var cpu = service.used().minus(before).toMillis() / (double) accounts;
        var sandboxCpu = sandbox.used().minus(sandboxBefore).toMillis() / (double) accounts;
        var commitsNow = stage.number("select xact_commit from pg_stat_database where datname = 'postgres'");
        System.out.printf(
                "round %d: %d refreshes in %.2f s = %.0f/s (noticed after %.2f s); service CPU %.3f ms each, sandbox %.3f ms;"
                        + " due-to-answer lag p50 / p99 %s s; commits %d; WAL %d octets each%n",
                round,
                accounts,
                span,
                accounts / span,
                noticed.toMillis() / 1000.0,
                cpu,
                sandboxCpu,
                lag,
                commitsNow - commits,
                walEach);
    }
}
