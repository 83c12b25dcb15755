package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.crypto.UnreadableException;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Fingerprint;
import io.xtokenkeeper.token.Scopes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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

    /** Nothing is claimed while calls that were begun before a fail-over may still be at X. */
    private static final String GATE = """
            with gate as (
                select from app_state where timeline = keeper_timeline() and settle_until <= clock_timestamp()),
            due as (
                select id, attempt_fingerprint is not distinct from refresh_fingerprint as unanswered
                  from account
                 where status = 'ACTIVE' and (lease_until is null or lease_until < clock_timestamp())
                   and exists (select from gate)
            """;

    /** Most urgent first. Parameters: now, how many, … */
    private static final String DUE = GATE + """
                   and next_refresh_at <= ?
                 order by next_refresh_at
                 limit ?
                   for no key update skip locked)""" + Claiming.UPDATE;

    /**
     * The same question that was asked before, asked again under the row's lock. No caller shortens a pause, nor has a token
     * replaced before its time more than once a minute. Parameters: id, good until, issued before, now, forced, now, …
     */
    private static final String ONE = GATE + """
                   and id = ?
                   and (access_token is null or access_expires_at is null or access_expires_at < ? or refreshed_at < ?)
                   and (failures = 0 or next_refresh_at <= ?)
                   and (not ? or forced_at is null or forced_at <= ? - interval '1 minute')
                   for no key update skip locked)""" + Claiming.UPDATE;

    /**
     * The account that X accepted last, as far as is known: one that was never refreshed since it was imported may be of
     * another app. Not one whose token may be spent, before its pause is over, nor one that X rejects for its own sake.
     * Parameters: now, ids to leave out, the id to prefer, …
     */
    private static final String PROBE = GATE + """
                   and (attempt_fingerprint is null or next_refresh_at <= ?)
                   and error_reason is distinct from 'GRANT_REJECTED'
                   and id <> all (?)
                 order by id is not distinct from ? desc, imported_fingerprint is distinct from refresh_fingerprint desc,
                          failures = 0 desc, refreshed_at desc
                 limit 1
                   for no key update skip locked)""" + Claiming.UPDATE;

    /** Counted as a failure, so that callers are told so at once instead of waiting for somebody to refresh it. */
    private static final String UNREADABLE = """
            update account
               set next_refresh_at = ?, failures = failures + 1, error_reason = 'UNREADABLE', error_detail = ?, error_at = ?,
                   lease_owner = null, lease_until = null,
                   attempt_fingerprint = case when ? then attempt_fingerprint end,
                   attempt_started_at = case when ? then attempt_started_at end
             where id = ? and fence = ?""";

    private static final Duration UNREADABLE_PAUSE = Duration.ofHours(1);

    /** Setting {@code claimed_at} has a trigger notify as a save does, so a claim needs all that a save needs. */
    private static final class Claiming {
        private static final String UPDATE = """

                update account a
                   set fence = a.fence + 1, lease_owner = ?,
                       lease_until = clock_timestamp() + ? * interval '1 millisecond',
                       attempt_fingerprint = a.refresh_fingerprint, attempt_started_at = ?,
                       claimed_at = clock_timestamp(), forced_at = case when ? then ? else a.forced_at end
                  from due
                 where a.id = due.id
                returning a.id, a.fence, a.refresh_token, a.refresh_fingerprint, a.scope, a.failures, due.unanswered,
                          a.imported_fingerprint is distinct from a.refresh_fingerprint""";
    }

    /** For a claim whose token was not sent. */
    private static final String RELEASE = """
            update account
               set lease_owner = null, lease_until = null,
                   attempt_fingerprint = case when ? then attempt_fingerprint end,
                   attempt_started_at = case when ? then attempt_started_at end
             where id = ? and fence = ? and lease_owner = ?""";

    /** Holds back the claims of pairs that wait to be saved; a verdict about the spent token no longer counts. */
    private static final String RENEW = """
            update account
               set fence = fence + 1, lease_owner = ?, lease_until = clock_timestamp() + ? * interval '1 millisecond'
             where id = ? and refresh_fingerprint = ?""";

    private final AgroalDataSource database;
    private final TokenSeals seals;
    private final String owner = UUID.randomUUID().toString();

    ClaimAccounts(AgroalDataSource database, TokenSeals seals) {
        this.database = database;
        this.seals = seals;
    }

    /** At most {@code limit} accounts whose time has come, most urgent first. */
    public List<Claimed> due(int limit, Duration lease, Instant now) {
        return claim(DUE, "claiming due accounts", lease, false, now, claim -> {
            claim.setObject(1, Times.at(now));
            claim.setInt(2, limit);
            return 3;
        });
    }

    /**
     * This account, if it still needs it, its pause is over and no other replica has claimed it.
     *
     * @param goodUntil a token that lives until then needs no refresh
     * @param issuedBefore a pair issued earlier is refreshed all the same; {@link Instant#EPOCH} for "no matter"
     * @param forced a token that is still good is replaced: not more than once a minute
     */
    public Optional<Claimed> one(
            AccountId id, Instant goodUntil, Instant issuedBefore, boolean forced, Duration lease, Instant now) {
        return claim(ONE, "claiming account " + id, lease, forced, now, claim -> {
                    claim.setString(1, id.value());
                    claim.setObject(2, Times.at(goodUntil));
                    claim.setObject(3, Times.at(issuedBefore));
                    claim.setObject(4, Times.at(now));
                    claim.setBoolean(5, forced);
                    claim.setObject(6, Times.at(now));
                    return 7;
                })
                .stream()
                .findFirst();
    }

    /**
     * The account that X accepted last, to find out whether X accepts another one now.
     *
     * @param preferred the account that this replica knows to have been accepted last
     * @param except accounts that X has just rejected
     */
    public Optional<Claimed> probe(
            Optional<AccountId> preferred, Collection<AccountId> except, Duration lease, Instant now) {
        return claim(PROBE, "claiming an account for a probe", lease, false, now, claim -> {
                    var left = except.stream().map(AccountId::value).toArray(String[]::new);
                    claim.setObject(1, Times.at(now));
                    claim.setArray(2, claim.getConnection().createArrayOf("text", left));
                    claim.setString(3, preferred.map(AccountId::value).orElse(null));
                    return 4;
                })
                .stream()
                .findFirst();
    }

    /** Binds the parameters of a question, and says which is the first one behind them. */
    @FunctionalInterface
    private interface Question {
        int bind(PreparedStatement claim) throws SQLException;
    }

    private List<Claimed> claim(
            String sql, String doing, Duration lease, boolean forced, Instant now, Question question) {
        var began = System.nanoTime();
        try (var connection = database.getConnection();
                var claim = connection.prepareStatement(sql)) {
            var next = question.bind(claim);
            claim.setString(next, owner);
            claim.setLong(next + 1, lease.toMillis());
            claim.setObject(next + 2, Times.at(now));
            claim.setBoolean(next + 3, forced);
            claim.setObject(next + 4, Times.at(now));
            var unreadable = new ArrayList<Unreadable>();
            try (var rows = claim.executeQuery()) {
                return read(rows, began + lease.toNanos(), unreadable);
            } finally {
                putAside(connection, unreadable, now);
            }
        } catch (SQLException e) {
            LetGoOfReadOnly.connections(database, e);
            throw new StoreException(doing, e);
        }
    }

    /** Gives a claim up whose token was not sent to X. Where another replica has claimed the account since, nothing changes. */
    public void release(Claimed claimed) {
        try (var connection = database.getConnection();
                var release = connection.prepareStatement(RELEASE)) {
            release.setBoolean(1, claimed.unanswered());
            release.setBoolean(2, claimed.unanswered());
            release.setString(3, claimed.id().value());
            release.setLong(4, claimed.fence());
            release.setString(5, owner);
            release.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("releasing account " + claimed.id(), e);
        }
    }

    /** Keeps every other replica from claiming the accounts of these pairs while they wait to be saved. */
    public void renew(Collection<Verdict.Rotated> waiting, Duration lease) {
        try (var connection = database.getConnection();
                var renew = connection.prepareStatement(RENEW)) {
            var ordered = waiting.stream()
                    .sorted(Comparator.comparing(pair -> pair.id().value()))
                    .toList();
            for (var pair : ordered) {
                renew.setString(1, owner);
                renew.setLong(2, lease.toMillis());
                renew.setString(3, pair.id().value());
                renew.setString(4, pair.spent().hex());
                renew.addBatch();
            }
            renew.executeBatch();
        } catch (SQLException e) {
            throw new StoreException("renewing the leases of " + waiting.size() + " unsaved pairs", e);
        }
    }

    /** @param unanswered the token that cannot be decrypted may be spent */
    private record Unreadable(String id, long fence, boolean unanswered, String why) {}

    private List<Claimed> read(ResultSet rows, long leaseEndsNanos, List<Unreadable> unreadable) throws SQLException {
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
                        rows.getBoolean(7),
                        rows.getBoolean(8),
                        leaseEndsNanos));
            } catch (UnreadableException e) {
                LOG.errorf("account %s is skipped: %s", id, e.getMessage());
                unreadable.add(new Unreadable(id, rows.getLong(2), rows.getBoolean(7), e.getMessage()));
            }
        }
        return claimed;
    }

    /** One unreadable row must not keep the others waiting: if this fails too, its lease runs out. */
    private static void putAside(Connection connection, List<Unreadable> unreadable, Instant now) {
        if (unreadable.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement(UNREADABLE)) {
            for (var row : unreadable) {
                update.setObject(1, Times.at(now.plus(UNREADABLE_PAUSE)));
                update.setString(2, row.why());
                update.setObject(3, Times.at(now));
                update.setBoolean(4, row.unanswered());
                update.setBoolean(5, row.unanswered());
                update.setString(6, row.id());
                update.setLong(7, row.fence());
                update.addBatch();
            }
            update.executeBatch();
        } catch (SQLException e) {
            LOG.warnf("Cannot put %d unreadable accounts aside: %s", unreadable.size(), e.getMessage());
        }
    }
}
