package io.xtokenkeeper.consent;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.crypto.Place;
import io.xtokenkeeper.crypto.Sealed;
import io.xtokenkeeper.crypto.Sealer;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.BrowserKey;
import io.xtokenkeeper.token.CodeVerifier;
import io.xtokenkeeper.token.ReturnTo;
import io.xtokenkeeper.token.Scopes;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.vault.LinkId;
import io.xtokenkeeper.vault.StoreException;
import jakarta.inject.Singleton;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Attempts under way, each found by its {@code state} alone.
 *
 * <ol>
 *   <li>A state is consumed by one statement, so of two callbacks with it one wins.
 *   <li>Only the browser that began can consume; another one changes nothing.
 *   <li>State and browser are stored as SHA-256, the verifier sealed.
 * </ol>
 */
@Singleton
class ConsentAttempts {
    /** Long enough to sign in at X with a second factor, short enough to be no use to a thief. */
    static final Duration LIFE = Duration.ofMinutes(10);

    /** So long afterwards a late or repeated callback still gets its true reason, and the browser sees its account. */
    static final Duration REMEMBERED = Duration.ofDays(1);

    private static final String TABLE = "consent_attempt";

    /** Sweeps a few forgotten ones on the way, so that nothing else needs to. */
    private static final String ADD = """
            with forgotten as (
                delete from consent_attempt where state_hash in (
                    select state_hash from consent_attempt where expires_at < ? limit 100 for update skip locked))
            insert into consent_attempt (state_hash, browser_hash, verifier, redirect_uri, scope, return_to, link_id,
                                         expected_user, created_at, expires_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String TAKE = """
            update consent_attempt set consumed_at = ?
             where state_hash = ? and browser_hash = ? and consumed_at is null and expires_at > ?
            returning verifier, redirect_uri, scope, return_to, link_id, expected_user""";

    private static final String WHY_NOT = """
            select browser_hash = ? as same_browser, consumed_at is not null as consumed
              from consent_attempt where state_hash = ?""";

    private static final String COMPLETE = "update consent_attempt set account_id = ? where state_hash = ?";

    private static final String SETTLE =
            "update consent_attempt set settled_at = clock_timestamp() where state_hash = ?";

    private static final String COMPLETED_BY = """
            select exists (select 1 from consent_attempt where account_id = ? and browser_hash = ?)""";

    /** No browser has this hash: it stands for a request without our cookie. */
    private static final byte[] NO_BROWSER = new byte[0];

    private final AgroalDataSource database;
    private final Sealer sealer;

    ConsentAttempts(AgroalDataSource database, Sealer sealer) {
        this.database = database;
        this.sealer = sealer;
    }

    void add(Secret state, BrowserKey browser, Attempt attempt, Instant now) {
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement(ADD)) {
            insert.setObject(1, at(now.minus(REMEMBERED)));
            insert.setBytes(2, state.sha256());
            insert.setBytes(3, browser.sha256());
            insert.setBytes(
                    4, sealer.seal(attempt.verifier().value(), place(state)).octets());
            insert.setString(5, attempt.redirectUri().toString());
            insert.setString(6, attempt.scopes().toString());
            insert.setString(7, attempt.returnTo().map(ReturnTo::value).orElse(null));
            insert.setString(8, attempt.link().map(LinkId::hex).orElse(null));
            insert.setString(9, attempt.expectedUser().map(AccountId::value).orElse(null));
            insert.setObject(10, at(now));
            insert.setObject(11, at(now.plus(LIFE)));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("noting that a consent begins", e);
        }
    }

    TakenAttempt take(Secret state, Optional<BrowserKey> browser, Instant now) {
        var browserHash = browser.map(BrowserKey::sha256).orElse(NO_BROWSER);
        try (var connection = database.getConnection();
                var take = connection.prepareStatement(TAKE)) {
            take.setObject(1, at(now));
            take.setBytes(2, state.sha256());
            take.setBytes(3, browserHash);
            take.setObject(4, at(now));
            try (var row = take.executeQuery()) {
                return row.next()
                        ? new TakenAttempt.Taken(attempt(row, place(state)))
                        : whyNot(connection, state, browserHash);
            }
        } catch (SQLException e) {
            throw new StoreException("consuming a state", e);
        }
    }

    private Attempt attempt(ResultSet row, Place place) throws SQLException {
        return new Attempt(
                new CodeVerifier(sealer.open(new Sealed(row.getBytes(1)), place)),
                URI.create(row.getString(2)),
                Scopes.of(row.getString(3)),
                Optional.ofNullable(row.getString(4)).map(ReturnTo::new),
                Optional.ofNullable(row.getString(5)).map(LinkId::new),
                Optional.ofNullable(row.getString(6)).map(AccountId::new));
    }

    /** The foreign browser first: it learns nothing more about an attempt that is not its own. */
    private static TakenAttempt whyNot(Connection connection, Secret state, byte[] browserHash) throws SQLException {
        try (var select = connection.prepareStatement(WHY_NOT)) {
            select.setBytes(1, browserHash);
            select.setBytes(2, state.sha256());
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return new TakenAttempt.Unknown();
                }
                if (!row.getBoolean(1)) {
                    return new TakenAttempt.Foreign();
                }
                return row.getBoolean(2) ? new TakenAttempt.Replayed() : new TakenAttempt.Expired();
            }
        }
    }

    /** Notes whose consent it became, in the caller's transaction. */
    void complete(Secret state, AccountId account) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(COMPLETE)) {
            update.setString(1, account.value());
            update.setBytes(2, state.sha256());
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("noting that a consent is complete", e);
        }
    }

    /** Notes, in the caller's transaction, that the pair it brought was saved or will not be: a journal skips it from now on. */
    void settle(Secret state) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(SETTLE)) {
            update.setBytes(1, state.sha256());
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("noting that a consent is settled", e);
        }
    }

    /** Did this browser connect this account, not long ago? */
    boolean completedBy(BrowserKey browser, AccountId account) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(COMPLETED_BY)) {
            select.setString(1, account.value());
            select.setBytes(2, browser.sha256());
            try (var row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new StoreException("asking who connected an account", e);
        }
    }

    private static Place place(Secret state) {
        return new Place(TABLE, HexFormat.of().formatHex(state.sha256()), "verifier");
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
