package io.xtokenkeeper.grants;

import static io.xtokenkeeper.grants.StrictCluster.assertRetry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The database is available, but rejects saves. Two replicas; leases of eleven seconds. */
class FailingSaveIT {
    private static final Duration LATENCY = Duration.ofMillis(700);
    private static final long MORE_THAN_A_LEASE = 13_000;
    private static final long MORE_THAN_TWO_LEASES = 24_000;

    @RegisterExtension
    static final StrictCluster CLUSTER = StrictCluster.forEachTest();

    private static KeeperProcess one;
    private static KeeperProcess other;
    private static String notification;

    @BeforeAll
    static void start() {
        CLUSTER.database().update("create role keeper_service nologin");
        CLUSTER.database().update("create role keeper login password 'one-password' in role keeper_service");
        one = replica();
        other = replica();
        notification = CLUSTER.database()
                .query("select pg_get_functiondef('say_account_changed()'::regprocedure)")
                .getFirst();
    }

    private static KeeperProcess replica() {
        return CLUSTER.start(
                "QUARKUS_DATASOURCE_USERNAME", "keeper",
                "QUARKUS_DATASOURCE_PASSWORD", "one-password",
                "QUARKUS_FLYWAY_USERNAME", "postgres",
                "QUARKUS_FLYWAY_PASSWORD", "postgres",
                "KEEPER_REFRESH_TIMEOUT", "1s",
                "KEEPER_REFRESH_LEASE", "11s");
    }

    @BeforeEach
    void slowEnoughToBreakWhatTheSaveNeeds() {
        CLUSTER.x().update(switches -> switches.withLatency(LATENCY));
    }

    @Test
    void aPairIsKeptWhileTheNotificationFails() {
        isSavedAfter(
                MORE_THAN_TWO_LEASES,
                FailingSaveIT::breakNotification,
                () -> CLUSTER.database().update(notification));
    }

    @Test
    void aPairIsKeptWhileTheRightToUpdateIsMissing() {
        isSavedAfter(
                MORE_THAN_A_LEASE,
                () -> CLUSTER.database().update("revoke update on account from keeper_service"),
                () -> CLUSTER.database().update("grant update on account to keeper_service"));
    }

    private static void isSavedAfter(long millis, Runnable spoil, Runnable repair) {
        var grant = CLUSTER.grant();
        one.api().importDue(List.of(grant));
        CLUSTER.untilCallsAtX(1);
        spoil.run();
        try {
            Sleep.millis(millis);
            assertThat(CLUSTER.refreshed()).as("saved though it could not be").isZero();
        } finally {
            repair.run();
        }
        await("it is saved or lost")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> CLUSTER.refreshed() + CLUSTER.lost() == 1);
        CLUSTER.assertNothingLost(other, List.of(grant));
        assertThat(CLUSTER.x().ledger().refreshes(grant.userId())).isEqualTo(1);
    }

    private static void breakNotification() {
        CLUSTER.database().update("""
                create or replace function say_account_changed() returns trigger language plpgsql as $$
                begin
                    raise exception 'too many notifications' using errcode = '54000';
                end $$""");
    }

    @Test
    void nothingIsSentWhileASaveWouldFail() {
        breakNotification();
        var grant = CLUSTER.grant();
        try {
            one.api().importDue(List.of(grant));
            Sleep.millis(2_500); // two runs of the scheduler
            for (var replica : List.of(one, other)) {
                assertRetry(replica.api().token(grant.userId()));
            }
            assertThat(CLUSTER.refreshCalls()).isZero();
        } finally {
            CLUSTER.database().update(notification);
        }
        await("it is refreshed").atMost(StrictCluster.PATIENCE).until(() -> CLUSTER.refreshed() == 1);
        CLUSTER.assertNothingLost(one, List.of(grant));
    }

    @Test
    void accountsThatCannotBeSavedKeepTheirPairsAndHoldUpNobodyElse() {
        CLUSTER.x().update(switches -> switches.withAccessTokenLife(Duration.ofSeconds(6)));
        var refused = CLUSTER.grants(4);
        var others = CLUSTER.grants(9);
        refuse(refused, List.of("23514", "22000", "42501", "54000"));
        try {
            one.api().importDue(refused);
            one.api().importDue(others);
            await("two refreshes of each of the others")
                    .atMost(StrictCluster.PATIENCE)
                    .until(() -> others.stream()
                            .allMatch(grant -> CLUSTER.x().ledger().refreshes(grant.userId()) >= 2));
            Sleep.millis(MORE_THAN_A_LEASE);
            assertThat(others)
                    .allSatisfy(grant -> assertThat(CLUSTER.x().ledger().refreshes(grant.userId()))
                            .isGreaterThanOrEqualTo(4));
        } finally {
            CLUSTER.database().update("drop trigger refuse_accounts on account");
        }
        await("the others are saved or lost")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> CLUSTER.accounts("(status <> 'ACTIVE' or refreshed_at > connected_at) and id in ("
                                + StrictCluster.ids(refused) + ")")
                        == refused.size());
        var all = Stream.concat(refused.stream(), others.stream()).toList();
        CLUSTER.makeTokensLast(all);
        CLUSTER.assertNothingLost(other, all);
    }

    @Test
    void anAccountThatAnotherTransactionHasLockedKeepsItsPairAndHoldsUpNobodyElse() throws SQLException {
        var grants = CLUSTER.grants(8);
        var locked = grants.getFirst();
        one.api().importDue(grants);
        CLUSTER.untilCallsAtX(grants.size());
        try (var session = CLUSTER.database().connect();
                var statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.executeQuery("select from account where id = '%s' for update".formatted(locked.userId()));
            await("the others are saved")
                    .atMost(Duration.ofSeconds(6))
                    .until(() -> CLUSTER.refreshed() == grants.size() - 1);
            Sleep.millis(MORE_THAN_A_LEASE);
            session.rollback();
        }
        await("it is saved or lost")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> CLUSTER.refreshed() + CLUSTER.lost() == grants.size());
        CLUSTER.assertNothingLost(other, grants);
        assertThat(CLUSTER.x().ledger().refreshes(locked.userId())).isEqualTo(1);
    }

    /** The database rejects saving each of these accounts with its own SQLSTATE; claiming them is allowed. */
    private static void refuse(List<SeededGrant> grants, List<String> states) {
        var cases = new StringBuilder();
        for (var i = 0; i < grants.size(); i++) {
            cases.append(" when '%s' then '%s'".formatted(grants.get(i).userId(), states.get(i)));
        }
        CLUSTER.database().update("""
                create or replace function refuse_account() returns trigger language plpgsql as $$
                declare
                    state text := case new.id%s end;
                begin
                    if state is not null then
                        raise exception 'refused' using errcode = state;
                    end if;
                    return new;
                end $$""".formatted(cases));
        CLUSTER.database().update("""
                create trigger refuse_accounts before update on account for each row
                    when (old.refreshed_at is distinct from new.refreshed_at) execute function refuse_account()""");
    }
}
