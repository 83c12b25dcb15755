package io.xtokenkeeper.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.testkit.TestPostgres;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.RefreshToken;
import io.xtokenkeeper.token.Scopes;
import io.xtokenkeeper.token.TokenPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pending account is merged beside refreshes of it. */
class MergePendingTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final AccountId PERSON = new AccountId("2244994945");
    private static final AccountId PENDING = AccountId.pending(RefreshToken.of("refresh first"));
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static TestPostgres postgres;
    private static AgroalDataSource database;
    private static TestVault vault;

    private final PendingAccounts pending = vault.pendingAccounts();

    @BeforeAll
    static void begin() {
        postgres = TestPostgres.begin();
        database = Databases.migrated(postgres);
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
        postgres.update("delete from revocation");
        consent(PENDING, "first", NOW);
        pending.resolved(PENDING, new Person(PERSON, Optional.of("ada"), Optional.empty(), Optional.empty()));
    }

    @Test
    void aRefreshInFlightIsWaitedFor() {
        var claimed = vault.claimAccounts().due(1, LEASE, NOW).getFirst();
        assertThat(pending.ready(10)).isEmpty();
        assertThat(pending.merge(PENDING, NOW)).isEmpty();

        assertThat(save(claimed, "second").values()).containsExactly(Written.SAVED);

        assertThat(pending.ready(10)).containsExactly(PENDING);
        assertThat(pending.merge(PENDING, NOW)).hasValue(PERSON);
        assertThat(token(PERSON)).isEqualTo("access second");
        assertThat(vault.grants().held(PENDING)).isEmpty();
    }

    @Test
    void aPairThatComesAfterAllIsSavedAtThePersonsAccount() {
        var stuck = vault.claimAccounts().due(1, LEASE, NOW).getFirst();
        postgres.update("update account set lease_until = now() - interval '1 second'");
        assertThat(pending.merge(PENDING, NOW)).hasValue(PERSON);

        var late = vault.saveVerdicts().rotated(stuck, pair("late", NOW), NOW);
        assertThat(vault.saveVerdicts().save(List.of(late)).values()).containsExactly(Written.ERASED);
        vault.latePairs().add(late);

        assertThat(token(PERSON)).isEqualTo("access late");
        assertThat(postgres.count("revocation")).isZero();
        var next = vault.claimAccounts().due(1, LEASE, NOW).getFirst();
        assertThat(next.token()).isEqualTo(RefreshToken.of("refresh late"));
    }

    @Test
    void theLaterConsentStays() {
        consent(PERSON, "older", NOW.minusSeconds(60));
        assertThat(pending.merge(PENDING, NOW)).hasValue(PERSON);
        assertThat(token(PERSON)).isEqualTo("access first");

        consent(PENDING, "first", NOW.minusSeconds(30));
        pending.resolved(PENDING, new Person(PERSON, Optional.empty(), Optional.empty(), Optional.empty()));
        consent(PERSON, "newer", NOW);
        assertThat(pending.merge(PENDING, NOW)).hasValue(PERSON);
        assertThat(token(PERSON)).isEqualTo("access newer");
        assertThat(postgres.query("select username from account")).containsExactly("ada");
    }

    @Test
    void aRefreshOfTheOlderGrantDoesNotComeBack() {
        consent(PERSON, "older", NOW.minusSeconds(60));
        var older = vault.claimAccounts()
                .one(PERSON, NOW.plusSeconds(86_400), NOW, false, LEASE, NOW)
                .orElseThrow();
        assertThat(pending.merge(PENDING, NOW)).hasValue(PERSON);

        assertThat(save(older, "older still").values()).containsExactly(Written.SUPERSEDED);
        assertThat(token(PERSON)).isEqualTo("access first");
    }

    @Test
    void whatNamesItMovesAlong() {
        postgres.update("insert into api_key (id, name, sha256, rights, accounts, created_at) values"
                + " ('k', 'k', '\\x01', '{read}', '{1," + PENDING + "}', now())");
        postgres.update("insert into consent_link (link_hash, link, expected_user, created_at, expires_at) values"
                + " ('\\x01', '\\x01', '" + PENDING + "', now(), now())");

        pending.merge(PENDING, NOW);

        assertThat(postgres.query("select accounts::text from api_key")).containsExactly("{1," + PERSON + "}");
        assertThat(postgres.query("select expected_user from consent_link")).containsExactly(PERSON.value());
        assertThat(postgres.query("select keys_version from app_state")).containsExactly("1");
        assertThat(postgres.query("select account_id || ' ' || detail from audit_event"))
                .last()
                .asString()
                .contains(PERSON.value(), PENDING.value());
    }

    private static Map<AccountId, Written> save(Claimed claimed, String name) {
        return vault.saveVerdicts()
                .save(List.of(vault.saveVerdicts().rotated(claimed, pair(name, NOW), NOW.plusSeconds(3_600))));
    }

    private static String token(AccountId id) {
        return vault.grants()
                .held(id)
                .orElseThrow()
                .access()
                .orElseThrow()
                .value()
                .reveal();
    }

    private static void consent(AccountId id, String name, Instant at) {
        var pair = pair(name, at);
        vault.grants()
                .keep(new NewGrant(
                        id,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        id.isPending() ? Optional.of("HTTP 429") : Optional.empty(),
                        Scopes.of("tweet.read offline.access"),
                        pair,
                        pair.refresh().orElseThrow(),
                        at,
                        NOW));
    }

    private static TokenPair pair(String name, Instant at) {
        return new TokenPair(
                AccessToken.of("access " + name),
                Optional.of(RefreshToken.of("refresh " + name)),
                Optional.empty(),
                at,
                Duration.ofHours(2));
    }
}
