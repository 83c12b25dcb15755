package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.crypto.UnreadableException;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Fingerprint;
import io.xtokenkeeper.token.Scopes;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Step 1 of a refresh: takes accounts for this replica. One statement locks rows that nobody holds, raises their fence,
 * sets the lease and writes down which token is about to be spent; it is committed when it returns.
 *
 * <p>Leases are told by the database's clock alone, so replicas need not agree on the time.
 */
@Singleton
public class ClaimAccounts {
    private static final Logger LOG = Logger.getLogger(ClaimAccounts.class);

    /** Most urgent first. Parameters: now, how many, owner, lease in ms, now. */
    private static final String DUE = """
            with due as (
                select id, attempt_fingerprint is not distinct from refresh_fingerprint as unanswered
                  from account
                 where status = 'ACTIVE' and next_refresh_at <= ?
                   and (lease_until is null or lease_until < clock_timestamp())
                 order by next_refresh_at
                 limit ?
                   for no key update skip locked)""" + Claiming.UPDATE;

    /** The same question that was asked before, asked again under the row's lock. Parameters: id, good until, issued before, … */
    private static final String ONE = """
            with due as (
                select id, attempt_fingerprint is not distinct from refresh_fingerprint as unanswered
                  from account
                 where id = ? and status = 'ACTIVE'
                   and (access_token is null or access_expires_at is null or access_expires_at < ? or refreshed_at < ?)
                   and (lease_until is null or lease_until < clock_timestamp())
                   for no key update skip locked)""" + Claiming.UPDATE;

    /** Counted as a failure, so that callers are told so at once instead of waiting for somebody to refresh it. */
    private static final String UNREADABLE = """
            update account
               set next_refresh_at = ?, failures = failures + 1, error_reason = 'UNREADABLE', error_detail = ?, error_at = ?,
                   lease_owner = null, lease_until = null, attempt_fingerprint = null, attempt_started_at = null
             where id = ? and fence = ?""";

    private static final Duration UNREADABLE_PAUSE = Duration.ofHours(1);

    private static final class Claiming {
        private static final String UPDATE = """

                update account a
                   set fence = a.fence + 1, lease_owner = ?,
                       lease_until = clock_timestamp() + ? * interval '1 millisecond',
                       attempt_fingerprint = a.refresh_fingerprint, attempt_started_at = ?
                  from due
                 where a.id = due.id
                returning a.id, a.fence, a.refresh_token, a.refresh_fingerprint, a.scope, a.failures, due.unanswered""";
    }

    private final AgroalDataSource database;
    private final TokenSeals seals;
    private final String owner = UUID.randomUUID().toString();

    ClaimAccounts(AgroalDataSource database, TokenSeals seals) {
        this.database = database;
        this.seals = seals;
    }

    /** At most {@code limit} accounts whose time has come, most urgent first. */
    public List<Claimed> due(int limit, Duration lease, Instant now) {
        try (var connection = database.getConnection();
                var claim = connection.prepareStatement(DUE)) {
            claim.setObject(1, Times.at(now));
            claim.setInt(2, limit);
            claim.setString(3, owner);
            claim.setLong(4, lease.toMillis());
            claim.setObject(5, Times.at(now));
            try (var rows = claim.executeQuery()) {
                return read(rows, now);
            }
        } catch (SQLException e) {
            LetGoOfReadOnly.connections(database, e);
            throw new StoreException("claiming due accounts", e);
        }
    }

    /**
     * This account, if it still needs it and nobody holds it.
     *
     * @param goodUntil a token that lives until then needs no refresh
     * @param issuedBefore a pair issued earlier is refreshed all the same; {@link Instant#EPOCH} for "no matter"
     */
    public Optional<Claimed> one(AccountId id, Instant goodUntil, Instant issuedBefore, Duration lease, Instant now) {
        try (var connection = database.getConnection();
                var claim = connection.prepareStatement(ONE)) {
            claim.setString(1, id.value());
            claim.setObject(2, Times.at(goodUntil));
            claim.setObject(3, Times.at(issuedBefore));
            claim.setString(4, owner);
            claim.setLong(5, lease.toMillis());
            claim.setObject(6, Times.at(now));
            try (var rows = claim.executeQuery()) {
                return read(rows, now).stream().findFirst();
            }
        } catch (SQLException e) {
            LetGoOfReadOnly.connections(database, e);
            throw new StoreException("claiming account " + id, e);
        }
    }

    private List<Claimed> read(ResultSet rows, Instant now) throws SQLException {
        var claimed = new ArrayList<Claimed>();
        while (rows.next()) {
            var id = rows.getString(1);
            try {
                claimed.add(new Claimed(
                        new AccountId(id),
                        rows.getLong(2),
                        seals.openRefresh(Grants.TABLE, id, rows.getBytes(3)),
                        new Fingerprint(rows.getString(4)),
                        Scopes.of(rows.getString(5)),
                        rows.getInt(6),
                        rows.getBoolean(7)));
            } catch (UnreadableException e) {
                LOG.errorf("account %s is skipped: %s", id, e.getMessage());
                putAside(id, rows.getLong(2), e, now);
            }
        }
        return claimed;
    }

    /** One unreadable row must not keep the others waiting. */
    private void putAside(String id, long fence, UnreadableException why, Instant now) throws SQLException {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(UNREADABLE)) {
            update.setObject(1, Times.at(now.plus(UNREADABLE_PAUSE)));
            update.setString(2, why.getMessage());
            update.setObject(3, Times.at(now));
            update.setString(4, id);
            update.setLong(5, fence);
            update.executeUpdate();
        }
    }
}
