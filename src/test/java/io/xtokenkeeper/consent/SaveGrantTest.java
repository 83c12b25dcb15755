package io.xtokenkeeper.consent;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.xtokenkeeper.account.NewGrant;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.CodeVerifier;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.testkit.TestSql;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A save that took effect although its commit seemed to fail, and is repeated. */
@QuarkusTest
class SaveGrantTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final AccountId PERSON = new AccountId("2244994945");
    private static final Secret STATE = Secret.of("state");
    private static final Scopes SCOPES = Scopes.of("tweet.read offline.access");

    @Inject
    AgroalDataSource dataSource;

    @Inject
    SaveGrant saveGrant;

    private TestSql database;

    @BeforeEach
    void reset() {
        database = new TestSql(dataSource);
        for (var table : new String[] {"account", "consent_attempt", "consent_link", "audit_event", "revocation"}) {
            database.update("delete from " + table);
        }
    }

    private GrantRegistrar.Consent consent(Optional<LinkId> link, Optional<AccountId> expected) {
        database.update("""
                insert into consent_attempt (state_hash, browser_hash, verifier, redirect_uri, scope, created_at,
                                             expires_at, consumed_at)
                values ('\\x%s', '', '', '', '', now(), now(), now())""".formatted(HexFormat.of().formatHex(STATE.sha256())));
        return new GrantRegistrar.Consent(
                new PendingAuthorization(
                        CodeVerifier.random(),
                        URI.create("http://localhost/oauth/callback"),
                        SCOPES,
                        Optional.empty(),
                        link,
                        expected,
                        false),
                STATE,
                Optional.empty(),
                NOW);
    }

    private static NewGrant grant(AccountId id) {
        var refresh = RefreshToken.of("refresh first");
        return new NewGrant(
                id,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                SCOPES,
                new TokenPair(
                        AccessToken.of("access first"),
                        Optional.of(refresh),
                        Optional.empty(),
                        NOW,
                        Duration.ofHours(2)),
                refresh,
                NOW,
                NOW);
    }

    @Test
    void aPairThatWasRefreshedSinceIsNotOverwritten() {
        var consent = consent(Optional.empty(), Optional.empty());
        assertThat(saveGrant.save(grant(PERSON), consent, NOW)).isEqualTo(SaveGrantResult.SAVED);
        database.update("update account set refresh_fingerprint = 'of its successor', lease_owner = 'a refresh'");

        assertThat(saveGrant.save(grant(PERSON), consent, NOW)).isEqualTo(SaveGrantResult.SAVED);

        assertThat(database.query("select refresh_fingerprint || lease_owner from account"))
                .containsExactly("of its successora refresh");
        assertThat(database.count("audit_event where type = 'account.connected'"))
                .isEqualTo(1);
    }

    @Test
    void aPendingAccountThatWasMergedSinceDoesNotComeBack() {
        var pending = AccountId.pending(RefreshToken.of("refresh first"));
        var consent = consent(Optional.empty(), Optional.empty());
        saveGrant.save(grant(pending), consent, NOW);
        database.update("update account set id = '" + PERSON + "'");
        database.update("update consent_attempt set account_id = '" + PERSON + "'");

        assertThat(saveGrant.save(grant(pending), consent, NOW)).isEqualTo(SaveGrantResult.SAVED);

        assertThat(database.query("select id from account")).containsExactly(PERSON.value());
    }

    /** Its own first commit has used the link: that must not revoke the grant. */
    @Test
    void aLinkThatTheFirstSaveHasUsedIsNoReasonToReject() {
        var link = new LinkId("01".repeat(32));
        database.update("insert into consent_link (link_hash, link, created_at, expires_at) values ('\\x" + link.hex()
                + "', '\\x01', now(), now() + interval '1 day')");
        var pending = AccountId.pending(RefreshToken.of("refresh first"));
        var consent = consent(Optional.of(link), Optional.empty());
        assertThat(saveGrant.save(grant(pending), consent, NOW)).isEqualTo(SaveGrantResult.SAVED);
        database.update("delete from account");

        assertThat(saveGrant.save(grant(pending), consent, NOW)).isEqualTo(SaveGrantResult.SAVED);

        assertThat(database.count("account")).as("it was erased since").isZero();
    }

    @Test
    void whatTheFirstSaveRejectedIsRejectedAgain() {
        var consent = consent(Optional.empty(), Optional.of(new AccountId("12")));

        for (var tries = 0; tries < 2; tries++) {
            assertThat(saveGrant.save(grant(PERSON), consent, NOW)).isEqualTo(SaveGrantResult.REJECTED_OTHER_USER);
        }
        assertThat(database.count("account")).isZero();
        assertThat(database.query("select account_id from revocation"))
                .as("a crash leaves no token that is valid and unknown")
                .containsExactly(PERSON.value());
    }
}
