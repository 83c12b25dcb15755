package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.persistence.SqlStates;
import io.xtokenkeeper.testkit.TestSql;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Saves refresh tokens of consents before X has returned who consented. */
@QuarkusTest
class PendingGrantsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final RefreshToken TOKEN = RefreshToken.of("refresh first");
    private static final Secret STATE = Secret.of("state");

    @Inject
    AgroalDataSource dataSource;

    @Inject
    PendingGrants pending;

    private TestSql database;

    @BeforeEach
    void reset() {
        database = new TestSql(dataSource);
        database.update("delete from account");
        database.update("delete from consent_attempt");
    }

    private void save(String expectedUser) {
        database.update("""
                insert into consent_attempt (state_hash, browser_hash, verifier, redirect_uri, scope, created_at,
                                             expires_at, expected_user)
                values ('\\x%s', '', '', '', '', now(), now(), %s)""".formatted(HexFormat.of().formatHex(STATE.sha256()), expectedUser));
        pending.save(pending.encrypt(Optional.empty(), TOKEN, Scopes.of("offline.access"), NOW, NOW, NOW, STATE));
    }

    @Test
    void theConsentHasConnectedThePendingAccount() {
        save("null");

        assertThat(database.query("select account_id from consent_attempt where settled_at is not null"))
                .containsExactly(AccountId.pending(TOKEN).value());
    }

    /** The thread that saves it also saves the results of all refreshes. */
    @Test
    void aLockOfAnotherTransactionIsNotWaitedFor() throws SQLException {
        save("null");
        database.update("update consent_attempt set settled_at = null");
        try (var session = dataSource.getConnection();
                var statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.executeQuery("select from consent_attempt for update");
            var grant = pending.encrypt(Optional.empty(), TOKEN, Scopes.of("offline.access"), NOW, NOW, NOW, STATE);
            assertThatExceptionOfType(DatabaseException.class)
                    .isThrownBy(() -> pending.save(grant))
                    .matches(SqlStates::isLockNotAvailable);
            session.rollback();
        }
    }

    /** A repeated callback must not report an account that the first one did not. */
    @Test
    void aConsentThatExpectsACertainUserConnectsNoAccount() {
        save("'2244994945'");

        assertThat(database.count("consent_attempt where settled_at is not null and account_id is null"))
                .isEqualTo(1);
        assertThat(database.query("select id from account"))
                .containsExactly(AccountId.pending(TOKEN).value());
    }
}
