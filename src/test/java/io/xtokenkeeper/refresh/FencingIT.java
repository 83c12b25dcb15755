package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.account.LastError;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.account.NewGrant;
import io.xtokenkeeper.account.Status;
import io.xtokenkeeper.account.StoredToken;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Which replica may claim an account and whose result counts when replicas are slow, clocks are wrong and responses come
 * late.
 */
class FencingIT {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final AccountId ID = new AccountId("2244994945");
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration SHORT_LEASE = Duration.ofMillis(50);

    private static TestPostgres postgres;
    private static AgroalDataSource database;
    private static TestVault vault;

    private final AccountClaims one = vault.accountClaims();
    private final AccountClaims other = vault.accountClaims();
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
        consent("first");
    }

    @Test
    void aLeaseHoldsWhateverReplicasTakeTheTimeToBe() {
        assertThat(one.claimDue(10, LEASE, NOW)).hasSize(1);

        for (var clock : List.of(NOW.minus(Duration.ofDays(400)), NOW, NOW.plus(Duration.ofDays(400)))) {
            assertThat(other.claimDue(10, LEASE, clock)).as("at " + clock).isEmpty();
            assertThat(other.claimOne(ID, clock.plusSeconds(86_400), clock, false, LEASE, clock))
                    .as("asked for at " + clock)
                    .isEmpty();
        }
    }

    @Test
    void aClockThatIsBehindMakesARefreshLateAndOneAheadEarlyButNeitherDouble() {
        assertThat(one.claimDue(10, LEASE, NOW.minus(Duration.ofDays(1)))).isEmpty();
        var early = one.claimDue(10, LEASE, NOW.plus(Duration.ofDays(1))).getFirst();
        rotate(early, "second");
        assertThat(other.claimDue(10, LEASE, NOW)).isEmpty();
    }

    @Test
    void aPauseMayEndByAnAccountThatXRejectedForItselfIfThereIsNoOther() {
        postgres.update("update account set error_reason = 'GRANT_REJECTED', failures = 1");
        assertThat(one.claimProbe(Optional.empty(), List.of(), false, LEASE, NOW))
                .as("it would not tell whether X rejects the app")
                .isEmpty();
        assertThat(one.claimProbe(Optional.empty(), List.of(), true, LEASE, NOW.minus(Duration.ofDays(1))))
                .as("its back-off holds")
                .isEmpty();
        assertThat(one.claimProbe(Optional.of(ID), List.of(), true, LEASE, NOW))
                .get()
                .matches(ClaimedAccount::rejected, "rejected for itself")
                .extracting(ClaimedAccount::id)
                .isEqualTo(ID);

        postgres.update("update account set lease_until = null");
        consent(new AccountId("1"), "another");
        assertThat(one.claimProbe(Optional.of(ID), List.of(), true, LEASE, NOW))
                .get()
                .extracting(ClaimedAccount::id)
                .isEqualTo(new AccountId("1"));
    }

    @Test
    void manyReplicasThatClaimAtOnceShareTheAccountsAndTakeNoneTwice() throws Exception {
        IntStream.range(0, 400).forEach(i -> consent(new AccountId(Integer.toString(1_000 + i)), "grant" + i));
        var claims = IntStream.range(0, 16)
                .<Callable<List<ClaimedAccount>>>mapToObj(i -> () -> {
                    var mine = new ArrayList<ClaimedAccount>();
                    var replica = vault.accountClaims();
                    for (var more = replica.claimDue(7, LEASE, NOW);
                            !more.isEmpty();
                            more = replica.claimDue(7, LEASE, NOW)) {
                        mine.addAll(more);
                    }
                    return mine;
                })
                .toList();
        try (var threads = Executors.newFixedThreadPool(16)) {
            var all = new ArrayList<AccountId>();
            for (var done : threads.invokeAll(claims)) {
                done.get().forEach(claimed -> all.add(claimed.id()));
            }
            assertThat(all).hasSize(401).doesNotHaveDuplicates();
        }
    }

    @Test
    void aStuckCallWhoseLeaseRanOutHasNoSayOnceAnotherHasClaimed() {
        var stuck = one.claimDue(1, SHORT_LEASE, NOW).getFirst();
        Sleep.millis(100);
        var second = other.claimDue(1, LEASE, NOW).getFirst();
        assertThat(second.fence()).isGreaterThan(stuck.fence());
        assertThat(second.unanswered())
                .as("the first attempt may have spent it")
                .isTrue();

        assertThat(write(revoked(stuck))).isEqualTo(WriteResult.SUPERSEDED);
        assertThat(write(postponed(stuck))).isEqualTo(WriteResult.SUPERSEDED);
        assertThat(held().status()).isEqualTo(new Status.Active());
        rotate(second, "second");
        assertThat(token()).isEqualTo("access second");
    }

    /** The refresh token is spent, so no other token pair for it will ever come. */
    @Test
    void aStuckCallThatBringsThePairAfterAllSavesTheGrant() {
        var stuck = one.claimDue(1, SHORT_LEASE, NOW).getFirst();
        Sleep.millis(100);
        var second = other.claimDue(1, LEASE, NOW).getFirst();
        assertThat(write(revoked(second))).isEqualTo(WriteResult.SAVED);
        assertThat(held().status()).isInstanceOf(Status.NeedsConsent.class);

        assertThat(write(repository.rotated(stuck, pair("late"), NOW.plusSeconds(3_600))))
                .isEqualTo(WriteResult.SAVED);

        assertThat(held().status()).isEqualTo(new Status.Active());
        assertThat(token()).isEqualTo("access late");
    }

    @Test
    void aNewerConsentWinsOverWhateverIsUnderWay() {
        var stuck = one.claimDue(1, LEASE, NOW).getFirst();
        consent("second");

        assertThat(write(repository.rotated(stuck, pair("late"), NOW))).isEqualTo(WriteResult.SUPERSEDED);
        assertThat(write(revoked(stuck))).isEqualTo(WriteResult.SUPERSEDED);
        assertThat(write(postponed(stuck))).isEqualTo(WriteResult.SUPERSEDED);

        assertThat(token()).isEqualTo("access second");
        assertThat(held().status()).isEqualTo(new Status.Active());
    }

    @Test
    void aCommitThatWentUnansweredIsSaidAgainAndChangesNothing() {
        var rotated =
                repository.rotated(one.claimDue(1, LEASE, NOW).getFirst(), pair("second"), NOW.plusSeconds(3_600));
        assertThat(write(rotated)).isEqualTo(WriteResult.SAVED);
        var row = postgres.query("select account::text from account");

        assertThat(write(rotated)).isEqualTo(WriteResult.SAVED);
        assertThat(postgres.query("select account::text from account")).isEqualTo(row);
    }

    @Test
    void anAnswerForAnErasedAccountIsHandedBack() {
        var claimed = one.claimDue(1, LEASE, NOW).getFirst();
        vault.revocations().erase(ID);
        assertThat(write(repository.rotated(claimed, pair("late"), NOW))).isEqualTo(WriteResult.ERASED);
    }

    @Test
    void anAnswerWithoutARefreshTokenKeepsTheOldOne() {
        var claimed = one.claimDue(1, LEASE, NOW).getFirst();
        var pair = new TokenPair(
                AccessToken.of("access only"), Optional.empty(), Optional.empty(), NOW, Duration.ofHours(2));
        write(repository.rotated(claimed, pair, NOW));

        assertThat(one.claimDue(1, LEASE, NOW).getFirst().token()).isEqualTo(claimed.token());
        assertThat(token()).isEqualTo("access only");
    }

    @Test
    void anAnswerWithoutARefreshTokenDoesNotHideThatAnotherClaimHasTheTokenAtX() {
        var stuck = one.claimDue(1, Duration.ofMillis(1), NOW).getFirst();
        Sleep.millis(10);
        other.claimDue(1, Duration.ofMillis(1), NOW);
        var pair = new TokenPair(
                AccessToken.of("access only"), Optional.empty(), Optional.empty(), NOW, Duration.ofHours(2));
        write(repository.rotated(stuck, pair, NOW));
        Sleep.millis(10);

        assertThat(one.claimDue(1, LEASE, NOW).getFirst().unanswered()).isTrue();
    }

    @Test
    void claimingAndSavingTouchNoIndexBeyondTheDueTime() {
        var claims = "select n_tup_upd - n_tup_hot_upd from pg_stat_user_tables where relname = 'account'";
        postgres.update("vacuum account");
        database.flush(AgroalDataSource.FlushMode.IDLE);
        Sleep.millis(1_200); // PostgreSQL updates its statistics with a delay
        var before = Long.parseLong(postgres.query(claims).getFirst());
        for (var i = 0; i < 20; i++) {
            var claimed = one.claimDue(1, LEASE, NOW).getFirst();
            write(repository.rotated(claimed, pair("round" + i), NOW));
        }
        Sleep.millis(1_200);
        assertThat(Long.parseLong(postgres.query(claims).getFirst()) - before)
                .as("updates that had to touch indexes, of 40")
                .isLessThanOrEqualTo(20);
    }

    @Test
    void ofTwoConsentsTheLaterOneCountsWhicheverIsSavedFirst() {
        consent(ID, "second", NOW.plusSeconds(2));
        consent(ID, "first", NOW.plusSeconds(1));
        assertThat(token()).isEqualTo("access second");
    }

    @Test
    void aPairThatWaitsToBeSavedKeepsItsLeaseAndNoVerdictOnTheSpentTokenCounts() {
        var claimed = one.claimDue(1, Duration.ofMillis(1), NOW).getFirst();
        var rotated = repository.rotated(claimed, pair("second"), NOW.plusSeconds(3_600));
        Sleep.millis(10);
        var theirs = other.claimDue(1, Duration.ofMillis(1), NOW).getFirst();
        Sleep.millis(10);

        one.renew(List.of(rotated), LEASE);

        assertThat(other.claimDue(1, LEASE, NOW)).isEmpty();
        assertThat(write(revoked(theirs))).isEqualTo(WriteResult.SUPERSEDED);
        assertThat(write(rotated)).isEqualTo(WriteResult.SAVED);
        assertThat(token()).isEqualTo("access second");
    }

    @Test
    void noCallerShortensAPauseOrForcesARefreshTwiceAMinute() {
        var claimed =
                one.claimOne(ID, NOW, NOW.plusSeconds(1), true, LEASE, NOW).orElseThrow();
        write(postponed(claimed));
        assertThat(one.claimOne(ID, NOW, NOW.plusSeconds(1), false, LEASE, NOW.plusSeconds(59)))
                .as("before the pause is over")
                .isEmpty();
        assertThat(one.claimOne(ID, NOW, NOW.plusSeconds(1), true, LEASE, NOW.plusSeconds(59)))
                .isEmpty();
        rotate(
                one.claimOne(ID, NOW, NOW.plusSeconds(61), false, LEASE, NOW.plusSeconds(61))
                        .orElseThrow(),
                "second");

        var forced = one.claimOne(ID, NOW, NOW.plusSeconds(62), true, LEASE, NOW.plusSeconds(62));
        rotate(forced.orElseThrow(), "third");
        assertThat(one.claimOne(ID, NOW, NOW.plusSeconds(200), true, LEASE, NOW.plusSeconds(121)))
                .isEmpty();
        assertThat(one.claimOne(ID, NOW, NOW.plusSeconds(200), true, LEASE, NOW.plusSeconds(122)))
                .isPresent();
    }

    @Test
    void savesOfEveryKindInAnyOrderNeverWaitForEachOtherInACircle() throws Exception {
        for (var i = 0; i < 20; i++) {
            consent(new AccountId(Integer.toString(1_000 + i)), "of " + i);
        }
        var claimed = one.claimDue(50, LEASE, NOW);
        var results = claimed.stream()
                .map(account -> account.fence() % 2 == 0 ? revoked(account) : postponed(account))
                .toList();
        var mixed = claimed.stream()
                .map(account -> Long.parseLong(account.id().value()) % 2 == 0 ? revoked(account) : postponed(account))
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var saves = new ArrayList<Callable<Object>>();
            for (var i = 0; i < 40; i++) {
                var reversed = i % 2 == 0 ? mixed.reversed() : results;
                saves.add(() -> repository.save(reversed));
            }
            for (var saved : threads.invokeAll(saves)) {
                assertThat(saved.get()).isNotNull();
            }
        }
    }

    private static void consent(String name) {
        consent(ID, name);
    }

    private static void consent(AccountId id, String name) {
        consent(id, name, NOW);
    }

    private static void consent(AccountId id, String name, Instant connectedAt) {
        var pair = pair(name);
        vault.grants()
                .save(new NewGrant(
                        id,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Scopes.of("tweet.read offline.access"),
                        pair,
                        pair.refresh().orElseThrow(),
                        connectedAt,
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

    private void rotate(ClaimedAccount claimed, String name) {
        assertThat(write(repository.rotated(claimed, pair(name), NOW.plusSeconds(3_600))))
                .isEqualTo(WriteResult.SAVED);
    }

    static RefreshResult revoked(ClaimedAccount claimed) {
        var error = new LastError("REJECTED_BY_X", "gone", NOW);
        return new RefreshResult.Revoked(claimed.id(), claimed.fence(), LossReason.REJECTED_BY_X, error);
    }

    private static RefreshResult postponed(ClaimedAccount claimed) {
        var error = new LastError("X_BUSY", "busy", NOW);
        return new RefreshResult.Postponed(claimed.id(), claimed.fence(), NOW.plusSeconds(60), error, false);
    }

    private WriteResult write(RefreshResult result) {
        return repository.save(List.of(result)).get(result.id());
    }

    private static StoredToken held() {
        return vault.grants().read(ID).orElseThrow();
    }

    private static String token() {
        return held().access().orElseThrow().value().reveal();
    }
}
