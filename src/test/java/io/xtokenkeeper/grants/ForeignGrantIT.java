package io.xtokenkeeper.grants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Grants that users gave to another app: X rejects their refresh by ours, as if our app were unknown. */
class ForeignGrantIT {
    private static final Duration LIFE = Duration.ofSeconds(16);
    private static final Duration WATCHED = Duration.ofSeconds(40);
    private static final int CALLS_FOR_EACH = 4;
    /** How many accounts a replica may try before it believes that X rejects the app, if X has accepted no grant yet. */
    private static final int PROBES_OF_A_SUSPICION = 10;

    @RegisterExtension
    static final StrictCluster CLUSTER = StrictCluster.forEachTest();

    private static KeeperProcess one;
    private static KeeperProcess other;
    private static int nextForeigner = 9_500_000;

    @BeforeAll
    static void start() {
        one = CLUSTER.start();
        other = CLUSTER.start();
    }

    private static List<SeededGrant> refreshedGrants(int count) {
        CLUSTER.x().update(switches -> switches.withAccessTokenLife(LIFE));
        var good = CLUSTER.grants(count);
        one.api().importDue(good);
        await("the good ones are refreshed").atMost(StrictCluster.PATIENCE).until(() -> CLUSTER.refreshed() == count);
        return good;
    }

    private static List<SeededGrant> foreignGrants(int count) {
        nextForeigner += count;
        return IntStream.range(nextForeigner, nextForeigner + count)
                .mapToObj(id -> CLUSTER.x().issueForeignGrant(Integer.toString(id)))
                .toList();
    }

    /** A token is refreshed at most two seconds after half of its life has passed, so that its end is never near. */
    private static void assertAlive(List<SeededGrant> good) {
        assertThat(CLUSTER.accounts(
                        "access_expires_at > now() + interval '1 second' and id in (" + StrictCluster.ids(good) + ")"))
                .as("accounts with a token that lives")
                .isEqualTo(good.size());
    }

    private static long refused() {
        return CLUSTER.refreshCalls() - CLUSTER.x().ledger().calls(Endpoint.REFRESH, "ok");
    }

    @Test
    void thirtyForeignGrantsStopNoneOfTen() {
        var good = refreshedGrants(10);
        var foreign = foreignGrants(30);
        one.api().importDue(foreign);

        var end = System.nanoTime() + WATCHED.toNanos();
        while (System.nanoTime() < end) {
            Sleep.millis(500);
            assertAlive(good);
        }

        for (var replica : List.of(one, other)) {
            assertThat(StrictCluster.health(replica, "state")).isEqualTo("going");
        }
        assertThat(refused()).isBetween((long) foreign.size(), (long) CALLS_FOR_EACH * foreign.size());
        assertThat(foreign).allSatisfy(grant -> {
            var account = one.api().account(grant.userId()).json();
            assertThat(account.path("status").asText()).isEqualTo("ACTIVE");
            assertThat(account.path("last_error").path("reason").asText())
                    .isNotEmpty()
                    .isNotEqualTo("APP_REFUSED");
        });
        CLUSTER.makeTokensLast(good);
        CLUSTER.assertNothingLost(other, good);
    }

    @Test
    void aCallerWhoAsksForAForeignGrantAgainAndAgainStopsNoOther() {
        var good = refreshedGrants(20);
        var foreign = foreignGrants(1);
        one.api().importDue(foreign);

        var end = System.nanoTime() + WATCHED.toNanos();
        while (System.nanoTime() < end) {
            assertThat(other.api().token(foreign.getFirst().userId()).status()).isNotEqualTo(200);
            Sleep.millis(1_000);
            assertAlive(good);
        }

        assertThat(StrictCluster.health(one, "state")).isEqualTo("going");
        assertThat(refused()).isBetween(1L, (long) CALLS_FOR_EACH);
        CLUSTER.makeTokensLast(good);
        CLUSTER.assertNothingLost(one, good);
    }

    @Test
    void aSecretThatIsWrongForAllPausesRefreshingAndLosesNothing() {
        var grants = CLUSTER.grants(30);
        CLUSTER.x().update(switches -> switches.withFault(Endpoint.REFRESH, Fault.WRONG_SECRET));
        one.api().importDue(grants);

        for (var replica : List.of(one, other)) {
            await("health says so")
                    .atMost(StrictCluster.PATIENCE)
                    .until(() -> StrictCluster.health(replica, "state").contains("refused"));
        }
        Sleep.millis(2_000);
        var untilPaused = CLUSTER.refreshCalls();
        assertThat(untilPaused).isLessThanOrEqualTo(grants.size() + 2L * PROBES_OF_A_SUSPICION);
        Sleep.millis(8_000);
        assertThat(CLUSTER.refreshCalls() - untilPaused)
                .as("probes of the pause")
                .isLessThanOrEqualTo(1);
        assertThat(CLUSTER.lost()).isZero();
        assertThat(StrictCluster.health(one, "state")).contains("refused");
    }
}
