package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.xtokenkeeper.account.Grants;
import io.xtokenkeeper.account.NewGrant;
import io.xtokenkeeper.account.PendingAccounts;
import io.xtokenkeeper.account.Person;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.testkit.TestSql;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Merges a pending account concurrently with refreshes of it. */
@QuarkusTest
class MergePendingTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final AccountId PERSON = new AccountId("2244994945");
    private static final AccountId PENDING = AccountId.pending(RefreshToken.of("refresh first"));
    private static final Duration LEASE = Duration.ofSeconds(60);

    @Inject
    AgroalDataSource dataSource;

    @Inject
    PendingAccounts pending;

    @Inject
    AccountClaims claims;

    @Inject
    RefreshResultRepository repository;

    @Inject
    LatePairs latePairs;

    @Inject
    Grants grants;

    private TestSql database;

    @BeforeEach
    void reset() {
        database = new TestSql(dataSource);
        for (var table : List.of("account", "revocation", "api_key", "consent_link", "audit_event")) {
            database.update("delete from " + table);
        }
        consent(PENDING, "first", NOW);
        pending.resolved(PENDING, new Person(PERSON, Optional.of("ada"), Optional.empty(), Optional.empty()));
    }

    @Test
    void aRefreshInFlightIsWaitedFor() {
        var claimed = claims.claimDue(1, LEASE, NOW).getFirst();
        assertThat(pending.ready(10)).isEmpty();
        assertThat(pending.merge(PENDING, NOW)).isEmpty();

        assertThat(save(claimed, "second").values()).containsExactly(WriteResult.SAVED);

        assertThat(pending.ready(10)).containsExactly(PENDING);
        assertThat(pending.merge(PENDING, NOW)).hasValue(PERSON);
        assertThat(token(PERSON)).isEqualTo("access second");
        assertThat(grants.read(PENDING)).isEmpty();
    }

    @Test
    void aPairThatComesAfterAllIsSavedAtThePersonsAccount() {
        var stuck = claims.claimDue(1, LEASE, NOW).getFirst();
        database.update("update account set lease_until = now() - interval '1 second'");
        assertThat(pending.merge(PENDING, NOW)).hasValue(PERSON);

        var late = repository.rotated(stuck, pair("late", NOW), NOW);
        assertThat(repository.save(List.of(late)).values()).containsExactly(WriteResult.ERASED);
        latePairs.add(late);

        assertThat(token(PERSON)).isEqualTo("access late");
        assertThat(database.count("revocation")).isZero();
        var next = claims.claimDue(1, LEASE, NOW).getFirst();
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
        assertThat(database.query("select username from account")).containsExactly("ada");
    }

    /** Importing is no consent: X has ended the imported grant for the pending account's. */
    @Test
    void aGrantThatWasImportedMeanwhileIsReplaced() {
        consent(PERSON, "imported", NOW.plusSeconds(60));
        database.update("update account set imported_fingerprint = refresh_fingerprint, access_expires_at = null"
                + " where id = '" + PERSON + "'");

        assertThat(pending.merge(PENDING, NOW)).hasValue(PERSON);

        assertThat(token(PERSON)).isEqualTo("access first");
    }

    @Test
    void aLostGrantIsReplaced() {
        consent(PERSON, "lost", NOW.plusSeconds(60));
        database.update("update account set status = 'NEEDS_CONSENT', status_reason = 'REJECTED_BY_X' where id = '"
                + PERSON + "'");

        assertThat(pending.merge(PENDING, NOW)).hasValue(PERSON);

        assertThat(token(PERSON)).isEqualTo("access first");
        assertThat(database.query("select status from account")).containsExactly("ACTIVE");
    }

    @Test
    void aConsentReplacesAnImportThatWasSavedBefore() {
        for (var expiry :
                List.of("null::timestamptz", "timestamptz '2026-11-24 10:30'", "timestamptz '2026-11-24 13:00'")) {
            database.update("delete from account");
            consent(PERSON, "imported", NOW.plusSeconds(60));
            database.update("update account set imported_fingerprint = refresh_fingerprint, access_expires_at = "
                    + expiry + ", refreshed_at = coalesce(" + expiry + " - interval '2 hours', now()) where id = '"
                    + PERSON + "'");

            consent(PERSON, "consented", NOW);

            assertThat(token(PERSON))
                    .as(expiry)
                    .isEqualTo(expiry.contains("13:00") ? "access imported" : "access consented");
        }
    }

    @Test
    void aRefreshOfTheOlderGrantDoesNotComeBack() {
        consent(PERSON, "older", NOW.minusSeconds(60));
        var older = claims.claimOne(PERSON, NOW.plusSeconds(86_400), NOW, false, LEASE, NOW)
                .orElseThrow();
        assertThat(pending.merge(PENDING, NOW)).hasValue(PERSON);

        assertThat(save(older, "older still").values()).containsExactly(WriteResult.SUPERSEDED);
        assertThat(token(PERSON)).isEqualTo("access first");
    }

    @Test
    void whatNamesItMovesAlong() {
        database.update("insert into api_key (id, name, sha256, rights, accounts, created_at) values"
                + " ('k', 'k', '\\x01', '{read}', '{1," + PENDING + "}', now())");
        database.update("insert into consent_link (link_hash, link, expected_user, created_at, expires_at) values"
                + " ('\\x01', '\\x01', '" + PENDING + "', now(), now())");

        var version = database.query("select keys_version from app_state");

        pending.merge(PENDING, NOW);

        assertThat(database.query("select accounts::text from api_key")).containsExactly("{1," + PERSON + "}");
        assertThat(database.query("select expected_user from consent_link")).containsExactly(PERSON.value());
        assertThat(database.query("select keys_version from app_state")).isNotEqualTo(version);
        assertThat(database.query("select account_id || ' ' || detail from audit_event"))
                .last()
                .asString()
                .contains(PERSON.value(), PENDING.value());
    }

    private Map<AccountId, WriteResult> save(ClaimedAccount claimed, String name) {
        return repository.save(List.of(repository.rotated(claimed, pair(name, NOW), NOW.plusSeconds(3_600))));
    }

    private String token(AccountId id) {
        return grants.read(id).orElseThrow().access().orElseThrow().value().reveal();
    }

    private void consent(AccountId id, String name, Instant at) {
        var pair = pair(name, at);
        grants.save(new NewGrant(
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
