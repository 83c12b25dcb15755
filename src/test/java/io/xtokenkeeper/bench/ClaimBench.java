package io.xtokenkeeper.bench;

import io.xtokenkeeper.testkit.KeeperProcess;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Whether claiming stays as quick when there are a hundred times as many accounts. */
final class ClaimBench {
    private static final int CLAIMED = 256;
    private static final int TIMES = 21;

    /** The service's own statement, AccountClaims.DUE, with its parameters filled in; rolled back each time. */
    private static final String CLAIM = """
            explain (analyze, format text)
            with due as (
                select id, attempt_fingerprint is not distinct from refresh_fingerprint as unanswered
                  from account
                 where status = 'ACTIVE' and next_refresh_at <= now()
                   and (lease_until is null or lease_until < clock_timestamp())
                 order by next_refresh_at
                 limit %d
                   for no key update skip locked)
            update account a
               set fence = a.fence + 1, lease_owner = 'bench', lease_until = clock_timestamp() + interval '1 minute',
                   attempt_fingerprint = a.refresh_fingerprint, attempt_started_at = now()
              from due where a.id = due.id
            returning a.id, a.fence, a.refresh_token, a.refresh_fingerprint, a.scope, a.failures, due.unanswered""".formatted(CLAIMED);

    void run() throws Exception {
        try (var stage = new Stage(0)) {
            stage.keeper(Map.of("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER));
            stage.keepers.forEach(KeeperProcess::close);
            var from = 1;
            for (var accounts : List.of(10_000, 100_000, 1_000_000)) {
                fill(stage, from, accounts);
                from = accounts + 1;
                var plan = IntStream.range(0, TIMES)
                        .mapToObj(i -> claim(stage))
                        .sorted()
                        .toList();
                System.out.printf(
                        "%,9d accounts, 1%% due: claiming %d takes %.2f ms (median of %d)%n",
                        accounts, CLAIMED, plan.get(TIMES / 2), TIMES);
            }
            System.out.println(String.join("\n", stage.database.query(CLAIM)));
        }
    }

    private static void fill(Stage stage, int from, int to) {
        stage.database.update("""
                insert into account (id, username, status, scope, access_token, refresh_token, refresh_fingerprint,
                                     access_expires_at, refreshed_at, next_refresh_at, connected_at)
                select n::text, 'user' || n, 'ACTIVE', 'tweet.read users.read offline.access',
                       decode(repeat('00', 124), 'hex'), decode(repeat('00', 124), 'hex'), lpad(to_hex(n), 32, '0'),
                       now() + interval '2 hours', now(), now() + (random() - 0.01) * interval '2 hours', now()
                  from generate_series(%d, %d) n""".formatted(from, to));
        stage.database.update("vacuum analyze account");
    }

    private static double claim(Stage stage) {
        var plan = stage.database.queryAndRollBack(CLAIM);
        var line = plan.stream()
                .filter(each -> each.startsWith("Execution Time"))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(line.replaceAll("[^0-9.]", ""));
    }
}
