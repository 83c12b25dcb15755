package io.xtokenkeeper.bench;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;

/** Accounts that fall due evenly over a minute, as they do in daily life: how late each is, and what it costs. */
final class SteadyBench {
    private static final Duration SPAN = Duration.ofSeconds(60);
    private final int accounts;

    SteadyBench(int accounts) {
        this.accounts = accounts;
    }

    void run() throws Exception {
        try (var stage = new Stage(100)) {
            var keeper = stage.keeper(Map.of("KEEPER_REFRESH_EVERY", "1s", "KEEPER_REFRESH_CONCURRENCY", "512"));
            stage.seed(accounts, 1_000_000_001L, 7_200);
            var service = new Cpu(keeper.handle());
            var before = service.used();
            stage.database.update(
                    "update account set connected_at = clock_timestamp() + random() * interval '%d seconds'"
                            .formatted(SPAN.toSeconds()));
            stage.database.update("update account set next_refresh_at = connected_at");
            await("all refreshed")
                    .atMost(SPAN.plusMinutes(1))
                    .until(() -> stage.number("select count(*) from account where refreshed_at <= connected_at") == 0);
            var cpu = service.used().minus(before);
            var lag = stage.database
                    .query("select string_agg(round(l::numeric, 2)::text, ' / ') from unnest((select"
                            + " percentile_cont(array[0.5, 0.99]) within group (order by extract(epoch from"
                            + " refreshed_at - connected_at)) from account)) l")
                    .getFirst();
            System.out.printf(
                    "%d accounts due over %d s (%d/s): due-to-answer lag p50 / p99 %s s, service CPU %.3f ms each (%.1f %% of a core)%n",
                    accounts,
                    SPAN.toSeconds(),
                    accounts / SPAN.toSeconds(),
                    lag,
                    cpu.toMillis() / (double) accounts,
                    100.0 * cpu.toMillis() / SPAN.toMillis());
        }
    }
}
