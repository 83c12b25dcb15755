package io.xtokenkeeper.grants;

import static io.xtokenkeeper.grants.StrictCluster.PATIENCE;
import static io.xtokenkeeper.grants.StrictCluster.async;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.KeeperCommand;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.PgBouncer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas that connect to their database through a connection pooler without being configured for it. */
class PgBouncerIT {
    private static final int ACCOUNTS = 400;
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);
    private static final String POLLED = "polling";
    private static final String NOTIFIED = "notifications";

    /** Few for the 36 connections of two replicas, so that transactions use different sessions. */
    private static final int SESSIONS = 6;

    @RegisterExtension
    static final StrictCluster CLUSTER = StrictCluster.forEachTest();

    @BeforeAll
    static void look() {
        assumeTrue(PgBouncer.isInstalled(), PgBouncer.MISSING);
    }

    private static PgBouncer pooler(String mode, int sessions) {
        return CLUSTER.closeLater(PgBouncer.start(CLUSTER.database(), mode, sessions));
    }

    private static KeeperProcess replica(PgBouncer pooler, Optional<String> directUrl, String... more) {
        var settings = new ArrayList<>(Arrays.asList(more));
        settings.addAll(List.of("QUARKUS_DATASOURCE_JDBC_URL", pooler.url()));
        directUrl.ifPresent(url -> settings.addAll(List.of("KEEPER_DATABASE_DIRECT_URL", url)));
        return CLUSTER.start(settings.toArray(String[]::new));
    }

    private static String learnedBy(KeeperProcess replica) {
        for (var check : replica.api().get("/q/health/ready").json().path("checks")) {
            if (check.path("name").asText().equals("changes")) {
                return check.path("data").path("learned_by").asText();
            }
        }
        return "";
    }

    private static void awaitRefreshes(int count) {
        await(count + " refreshes")
                .atMost(PATIENCE)
                .until(() -> CLUSTER.refreshCalls() >= count && CLUSTER.accounts("lease_owner is not null") == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyAccountIsRefreshedOnceAndItsNewTokenIsHandedOutByBothReplicas(boolean pastIt) {
        var pooler = pooler("transaction", SESSIONS);
        var direct = Optional.of(CLUSTER.database().url()).filter(any -> pastIt);
        var one = replica(pooler, direct);
        var other = replica(pooler, direct);
        var grants = CLUSTER.grants(ACCOUNTS);

        one.api().importDue(grants);
        awaitRefreshes(ACCOUNTS);
        // once more, so that both replicas have run every statement more often than the driver's prepare threshold
        CLUSTER.database().update("update account set next_refresh_at = now()");
        awaitRefreshes(2 * ACCOUNTS);

        await("what was learned of each other is said")
                .atMost(PATIENCE)
                .until(() -> learnedBy(one).equals(pastIt ? NOTIFIED : POLLED)
                        && learnedBy(other).equals(pastIt ? NOTIFIED : POLLED));
        CLUSTER.assertNothingLost(other, grants);
        assertThat(CLUSTER.refreshCalls()).isEqualTo(2 * ACCOUNTS);
        assertThat(CLUSTER.lost()).isZero();
        assertThat(StrictCluster.health(one, "journal_entries")).isEqualTo("0");
        for (var replica : List.of(one, other)) {
            assertThat(replica.log())
                    .contains("Database connections go through a connection pooler")
                    .doesNotContain("prepared statement", " ERROR ");
        }
        for (var grant : grants.subList(0, 20)) {
            assertFollows(one, other, grant, pastIt ? ONE_SECOND : Duration.ZERO);
        }
        assertThat(isAnsweredFromMemory(other, grants.get(1))).isEqualTo(pastIt);
    }

    /** @param delay how long the old token may be returned; 0 if never */
    private static void assertFollows(KeeperProcess one, KeeperProcess other, SeededGrant grant, Duration delay) {
        other.api().token(grant.userId());
        var rotated = one.api().refresh(grant.userId()).text("access_token");
        assertThat(rotated).isNotEmpty();
        if (delay.isZero()) {
            assertThat(other.api().token(grant.userId()).text("access_token")).isEqualTo(rotated);
        } else {
            await("the token of the other replica")
                    .atMost(delay)
                    .until(() -> other.api()
                            .token(grant.userId())
                            .text("access_token")
                            .equals(rotated));
        }
    }

    private static boolean isAnsweredFromMemory(KeeperProcess replica, SeededGrant grant) {
        for (var tries = 0; tries < 10; tries++) {
            replica.api().token(grant.userId());
            if (CLUSTER.database()
                    .answersWithoutAccounts(
                            () -> replica.api().token(grant.userId()).status() == 200)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Callers whose tokens the two replicas refresh at the same time, and which wait for each other without notifications.
     */
    @Test
    void callersOfBothReplicasShareOneRefresh() {
        var pooler = pooler("transaction", SESSIONS);
        var one = replica(pooler, Optional.empty(), "KEEPER_REFRESH_MODE", "lazy");
        var other = replica(pooler, Optional.empty(), "KEEPER_REFRESH_MODE", "lazy");
        var grants = CLUSTER.grants(30);
        one.api().importDue(grants);
        CLUSTER.x().update(switches -> switches.withLatency(Duration.ofMillis(700)));

        var calls = new ArrayList<>(StrictCluster.tokens(one.api(), grants));
        calls.addAll(StrictCluster.tokens(other.api(), grants));

        assertThat(StrictCluster.answers(calls))
                .allSatisfy(reply -> assertThat(reply.status()).isEqualTo(200));
        CLUSTER.assertNothingLost(other, grants);
        assertThat(CLUSTER.refreshCalls()).isEqualTo(grants.size());
    }

    /** Its own heartbeats would arrive over that connection if they were sent there, but no change of an account. */
    @Test
    void aDirectAddressOfAnotherDatabaseIsNotTrusted() {
        CLUSTER.database().update("create database elsewhere");
        var pooler = pooler("transaction", SESSIONS);
        var elsewhere = Optional.of(CLUSTER.database().url().replaceAll("/postgres$", "/elsewhere"));
        // creates the schema in the database that contains the accounts
        replica(pooler, Optional.empty()).close();
        var one = replica(pooler, elsewhere);
        var other = replica(pooler, elsewhere);
        var grant = CLUSTER.grant();
        one.api().importDue(List.of(grant));
        awaitRefreshes(1);

        await("it is said")
                .atMost(PATIENCE)
                .until(() -> one.log().contains("nothing arrives over KEEPER_DATABASE_DIRECT_URL"));
        assertThat(learnedBy(one)).isEqualTo(POLLED);
        assertFollows(one, other, grant, Duration.ZERO);
        assertThat(isAnsweredFromMemory(other, grant)).isFalse();
    }

    @Test
    void replicasThatStartTogetherOnAnEmptyDatabaseMigrateItOnce() {
        CLUSTER.database().update("create database fresh");
        var pooler = pooler("transaction", SESSIONS);
        var settings = CLUSTER.settings();
        settings.put("QUARKUS_DATASOURCE_JDBC_URL", pooler.url("fresh"));
        var starts = List.of(async(() -> KeeperProcess.start(settings)), async(() -> KeeperProcess.start(settings)));
        for (var replica : StrictCluster.answers(starts)) {
            CLUSTER.closeLater(replica);
            assertThat(replica.api().get("/api/v1/accounts").status()).isEqualTo(200);
        }
    }

    @Test
    void aPoolerThatLeavesEachClientItsSessionPassesNotificationsOn() {
        var replica = replica(pooler("session", 40), Optional.empty());
        await("notified").atMost(PATIENCE).until(() -> learnedBy(replica).equals(NOTIFIED));
    }

    @Test
    void theDoctorSaysWhatIsInTheWay() {
        var pooler = pooler("transaction", SESSIONS);
        var settings = CLUSTER.settings();
        settings.put("QUARKUS_DATASOURCE_JDBC_URL", pooler.url());
        settings.put("REDIRECT_URI", "http://127.0.0.1:8080/oauth/callback");
        assertThat(KeeperCommand.run(settings, "doctor").out()).containsPattern("OK +connection pooler");
        settings.put("KEEPER_DATABASE_DIRECT_URL", pooler.url());
        assertThat(KeeperCommand.run(settings, "doctor").out()).containsPattern("WARN +KEEPER_DATABASE_DIRECT_URL");
        settings.put("KEEPER_DATABASE_DIRECT_URL", CLUSTER.database().url());
        assertThat(KeeperCommand.run(settings, "doctor").out()).containsPattern("OK +KEEPER_DATABASE_DIRECT_URL");
    }
}
