package io.xtokenkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every fault at every call, with replicas on one database, at an X where using a refresh token twice ends the grant. Losses
 * are allowed only if X processed the call and the response never arrived. A short form runs with every build;
 * {@code -Dfaults.all=true} runs all of it. Both write the figures to {@code target/faults.md}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {
    private static final boolean ALL = Boolean.getBoolean("faults.all");
    private static final int GRANTS = ALL ? 40 : 4;
    private static final int REPLICAS = ALL ? 4 : 2;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** Slow, but within the timeout. */
    private static final Duration SLOW = Duration.ofMillis(300);

    private static final List<Fault> FAULTS = List.of(
            Fault.RATE_LIMITED_429,
            Fault.ERROR_500,
            Fault.UNAVAILABLE_503,
            Fault.HANG,
            Fault.HANG_AFTER,
            Fault.DROP_BEFORE,
            Fault.DROP_AFTER,
            Fault.HTML,
            Fault.HTML_502,
            Fault.BROKEN_JSON,
            Fault.EMPTY,
            Fault.SLOW);
    /** The faults of the short form. */
    private static final List<Fault> SOME =
            List.of(Fault.RATE_LIMITED_429, Fault.HANG, Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.EMPTY);

    /** X processes the call, and the response is of no use. */
    private static final Set<Fault> UNHEARD =
            Set.of(Fault.HANG_AFTER, Fault.DROP_AFTER, Fault.BROKEN_JSON, Fault.EMPTY);

    private static final List<Fault> OF_THE_APP =
            List.of(Fault.WRONG_SECRET, Fault.UNKNOWN_CLIENT, Fault.MISSING_PARAMETER);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private TestPostgres database;
    private Sandbox x;
    private KeeperProcess keeper;
    private long nextId = 5_000_000;

    @BeforeAll
    void begin() {
        database = CLUSTER.database();
        x = CLUSTER.x();
        x.update(switches -> switches.withReplayKillsFamily(true).withRateLimitReset(Duration.ofSeconds(1)));
        var replicas = Stream.generate(() -> CLUSTER.start(
                        "KEEPER_CONSENT_OPEN", "true", "KEEPER_REFRESH_TIMEOUT", "1s", "KEEPER_REFRESH_LEASE", "11s"))
                .limit(REPLICAS)
                .toList();
        keeper = replicas.getFirst();
    }

    static List<Fault> faultsOfRefresh() {
        return ALL ? Stream.concat(FAULTS.stream(), OF_THE_APP.stream()).toList() : SOME;
    }

    static List<Fault> faults() {
        return ALL ? FAULTS : SOME;
    }

    @ParameterizedTest
    @MethodSource("faultsOfRefresh")
    void refreshing(Fault fault) {
        var grants = seed();
        measured("refresh", fault, Endpoint.REFRESH, () -> {
            strike(Endpoint.REFRESH, fault, grants);
            keeper.api().importDue(grants);
            await("every account is refreshed or lost").atMost(PATIENCE).until(() -> {
                hurry();
                return count("status = 'NEEDS_CONSENT' or refreshed_at > connected_at") == GRANTS;
            });
            return count("status = 'NEEDS_CONSENT'");
        });
    }

    @ParameterizedTest
    @MethodSource("faults")
    void consentingAgain(Fault fault) {
        var grants = seed();
        keeper.api().importDue(grants);
        await("all are refreshed").atMost(PATIENCE).until(() -> count("refreshed_at > connected_at") == GRANTS);
        measured("code", fault, Endpoint.CODE, () -> {
            strike(Endpoint.CODE, fault, grants);
            grants.forEach(grant -> new HttpBrowser(keeper).consent(grant.userId(), ""));
            x.update(switches -> switches.withFault(Endpoint.CODE));
            return grants.stream()
                    .filter(grant -> keeper.api().refresh(grant.userId()).status() == 409)
                    .count();
        });
    }

    @ParameterizedTest
    @MethodSource("faults")
    void askingWhoItIs(Fault fault) {
        var grants = seed();
        measured("users/me", fault, Endpoint.ME, () -> {
            strike(Endpoint.ME, fault, grants);
            grants.forEach(grant -> new HttpBrowser(keeper).consent(grant.userId(), ""));
            x.update(switches -> switches.withFault(Endpoint.ME));
            var live = database.query("select id from account").stream()
                    .filter(id -> x.ledger().isLive(keeper.api().refresh(id).text("access_token")))
                    .count();
            return GRANTS - live;
        });
    }

    /** A loss here is a grant that stays valid at X though it was to be revoked. */
    @ParameterizedTest
    @MethodSource("faults")
    void disconnecting(Fault fault) {
        var grants = seed();
        keeper.api().importDue(grants);
        await("all are refreshed").atMost(PATIENCE).until(() -> count("refreshed_at > connected_at") == GRANTS);
        measured("revoke", fault, Endpoint.REVOKE, () -> {
            strike(Endpoint.REVOKE, fault, grants);
            grants.forEach(grant -> assertThat(keeper.api()
                            .delete("/api/v1/accounts/" + grant.userId())
                            .status())
                    .isEqualTo(204));
            await("X has confirmed all").atMost(PATIENCE).until(() -> {
                database.update("update revocation set next_try_at = now()");
                return database.query("select id from revocation").isEmpty();
            });
            return grants.stream()
                    .filter(grant -> x.ledger().liveGrants(grant.userId()) > 0)
                    .count();
        });
    }

    @FunctionalInterface
    private interface Story {
        /** Returns the number of lost grants. */
        long tell();
    }

    private void measured(String call, Fault fault, Endpoint endpoint, Story story) {
        var triesBefore = x.ledger().calls(endpoint);
        var spentBefore = spentTwice();
        var unheardBefore = x.ledger().lostAnswers();
        var lost = story.tell();
        x.update(switches -> switches.withFault(endpoint));
        var expected = switch (endpoint) {
            case REFRESH -> x.ledger().lostAnswers() - unheardBefore;
            // X has completed the consent, and with that ended the previous grant
            case CODE -> UNHEARD.contains(fault) ? GRANTS : 0;
            default -> 0;
        };
        var spent = spentTwice() - spentBefore;
        FaultTable.add(new FaultTable.Row(
                call,
                fault.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                x.ledger().calls(endpoint) - triesBefore,
                GRANTS,
                lost,
                expected,
                spent));
        database.update("delete from account");
        assertThat(lost).as("grants lost").isEqualTo(expected);
        assertThat(spent).as("refresh tokens spent twice without need").isZero();
    }

    /** Without the unavoidable ones: whether a token was spent can only be found out by trying it. */
    private long spentTwice() {
        return x.ledger().doubleSpends() - x.ledger().excusedDoubleSpends();
    }

    private List<SeededGrant> seed() {
        nextId += 1_000;
        return x.seed(GRANTS, Long.toString(nextId));
    }

    /** As many times as there are grants, whichever of them it affects. */
    private void strike(Endpoint endpoint, Fault fault, List<SeededGrant> grants) {
        var ids = grants.stream().map(SeededGrant::userId).toArray(String[]::new);
        x.update(switches -> switches.withFault(
                endpoint, FaultRule.times(fault, GRANTS).forUsers(ids).delayedBy(SLOW)));
    }

    /** Ends back-offs and pauses: this suite tests what follows them. */
    private void hurry() {
        database.update("update app_state set paused_until = null, app_refused = false, pause_why = null");
        database.update("update account set next_refresh_at = now() where status = 'ACTIVE' and lease_owner is null"
                + " and next_refresh_at > now() and refreshed_at <= connected_at");
    }

    private long count(String where) {
        return database.count("account where " + where);
    }
}
