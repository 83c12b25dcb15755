package io.xtokenkeeper.refresh;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.account.Grants;
import io.xtokenkeeper.account.LastError;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.account.PendingAccounts;
import io.xtokenkeeper.account.TokenEncryption;
import io.xtokenkeeper.audit.AuditEventRepository;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.refresh.RefreshResult.Rotated.Access;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes many refresh results in one transaction (step 4 of the refresh protocol). Writing the same result twice changes
 * nothing, so a save whose commit had no known outcome is repeated.
 *
 * <ol>
 *   <li>A new token pair is written only over the refresh token that it was issued for. That token is spent, so nothing
 *       better can be stored, whichever replica has the lease now; and if something newer is stored, that stays. If X
 *       issued no new refresh token, another claim may have sent the same token to X: the result then counts under the
 *       same condition as any other.
 *   <li>Any other result counts only while the row has the fencing token of its claim.
 * </ol>
 */
@Singleton
public class RefreshResultRepository {
    private static final String ROTATED = """
            update account
               set access_token = ?, refresh_token = coalesce(?, refresh_token),
                   refresh_fingerprint = ?, scope = coalesce(?, scope),
                   access_expires_at = coalesce(?, access_expires_at), refreshed_at = coalesce(?, refreshed_at),
                   next_refresh_at = ?, status = 'ACTIVE', status_reason = null,
                   failures = case when ? then failures + 1 else 0 end,
                   error_reason = ?, error_detail = ?, error_at = ?,
                   fence = fence + 1, lease_owner = null, lease_until = null,
                   attempt_fingerprint = null, attempt_started_at = null
             where id = ? and refresh_fingerprint = ? and (refresh_fingerprint <> ? or fence = ?)""";

    private static final String POSTPONED = """
            update account
               set next_refresh_at = ?, failures = failures + 1, error_reason = ?, error_detail = ?, error_at = ?,
                   attempt_fingerprint = case when ? then attempt_fingerprint end,
                   attempt_started_at = case when ? then attempt_started_at end,
                   lease_owner = null, lease_until = null
             where id = ? and fence = ? and lease_owner is not null""";

    /** The audit event is written in the same transaction, so that a webhook for a new consent link cannot be missed. */
    private static final String REVOKED = "with " + AuditEventRepository.TURN + """
            , lost as (
            update account
               set status = 'NEEDS_CONSENT', status_reason = ?, error_reason = ?, error_detail = ?, error_at = ?,
                   attempt_fingerprint = null, attempt_started_at = null, lease_owner = null, lease_until = null
             where id = ? and fence = ? and lease_owner is not null
            returning id, resolved_id, connected_at)
            insert into audit_event (at, type, actor, account_id, outcome, detail, reference)
            select ?, ?, ?, lost.id, ?, ?, first_reference(lost.id) from lost, turn
             where\s""" + PendingAccounts.NOT_REPLACED;

    /**
     * Locks all rows in the order of their ids before the first write: results are written one kind after the other, and
     * a revoked grant takes the lock of the audit trail too.
     */
    private static final String LOCK = "select from account where id = any (?) order by id for no key update";

    /** Ends with the transaction, so that it also works behind a connection pooler. */
    private static final String LOCK_TIMEOUT = "select set_config('lock_timeout', ?, true)";

    private static final String LOCKED = """
            with free as (select id from account where id = any (?) for no key update skip locked)
            select id from account where id = any (?) and id not in (select id from free)""";

    private static final String STORED = "select refresh_fingerprint from account where id = ?";

    static final Duration MAX_LOCK_WAIT = Duration.ofSeconds(2);

    private final AgroalDataSource dataSource;
    private final Database database;
    private final TokenEncryption encryption;

    RefreshResultRepository(AgroalDataSource dataSource, Database database, TokenEncryption encryption) {
        this.dataSource = dataSource;
        this.database = database;
        this.encryption = encryption;
    }

    /** False if a new token pair could be encrypted only with a data key that the database does not have. */
    boolean canEncrypt() {
        return encryption.isPossible();
    }

    /** Creates the result for a token pair that X issued, its tokens encrypted for their row. */
    public RefreshResult.Rotated rotated(ClaimedAccount claimed, TokenPair pair, Instant nextRefreshAt) {
        var row = claimed.id().value();
        return new RefreshResult.Rotated(
                claimed.id(),
                claimed.fence(),
                claimed.spending(),
                pair.refresh().map(token -> token.fingerprint()).orElse(claimed.spending()),
                Optional.of(new RefreshResult.Rotated.Access(
                        encryption.encryptIssued(Grants.TABLE, row, pair.access()), pair.issuedAt(), pair.expiresAt())),
                pair.refresh().map(token -> encryption.encryptIssued(Grants.TABLE, row, token)),
                pair.scope(),
                nextRefreshAt,
                Optional.empty());
    }

    /** Creates the result for a usable {@code refresh} token without a usable access token. */
    public RefreshResult.Rotated rotated(
            ClaimedAccount claimed,
            RefreshToken refresh,
            Optional<Scopes> scope,
            Instant nextRefreshAt,
            LastError problem) {
        return new RefreshResult.Rotated(
                claimed.id(),
                claimed.fence(),
                claimed.spending(),
                refresh.fingerprint(),
                Optional.empty(),
                Optional.of(encryption.encryptIssued(Grants.TABLE, claimed.id().value(), refresh)),
                scope,
                nextRefreshAt,
                Optional.of(problem));
    }

    /** Like {@link #save(List, Duration)}, and waits two seconds for each lock. */
    public Map<AccountId, WriteResult> save(List<? extends RefreshResult> results) {
        return save(results, MAX_LOCK_WAIT);
    }

    /**
     * Writes all results or, if it throws, none; at most one result per account.
     *
     * @param lockTimeout how long to wait for each lock of another transaction: one row must not hold up all others
     * @throws io.xtokenkeeper.persistence.DatabaseException if the database does not take them; repeating the call later
     *     is safe
     */
    Map<AccountId, WriteResult> save(List<? extends RefreshResult> results, Duration lockTimeout) {
        // always in the same order, so that two replicas do not deadlock
        var ordered = results.stream()
                .sorted(Comparator.comparing(result -> result.id().value()))
                .toList();
        return inTransaction(
                "saving " + results.size() + " answers", lockTimeout, connection -> write(connection, ordered));
    }

    /**
     * Returns those of the accounts whose rows another transaction has locked. Nothing can claim them until it ends.
     *
     * @throws io.xtokenkeeper.persistence.DatabaseException also if the whole table is locked
     */
    Set<AccountId> locked(Collection<AccountId> accounts) {
        return inTransaction("looking for locked accounts", MAX_LOCK_WAIT, connection -> {
            var ids = connection.createArrayOf(
                    "text", accounts.stream().map(AccountId::value).toArray(String[]::new));
            try (var select = connection.prepareStatement(LOCKED)) {
                select.setArray(1, ids);
                select.setArray(2, ids);
                var locked = new HashSet<AccountId>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        locked.add(new AccountId(rows.getString(1)));
                    }
                }
                return locked;
            }
        });
    }

    private <T> T inTransaction(String doing, Duration lockTimeout, Work<T> work) {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                limitLockWaits(connection, lockTimeout);
                var result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw database.failure(doing, e);
        }
    }

    private static void limitLockWaits(Connection connection, Duration lockTimeout) throws SQLException {
        try (var set = connection.prepareStatement(LOCK_TIMEOUT)) {
            set.setString(1, lockTimeout.toMillis() + "ms");
            set.executeQuery().close();
        }
    }

    private static Map<AccountId, WriteResult> write(Connection connection, List<? extends RefreshResult> results)
            throws SQLException {
        var written = new HashMap<AccountId, WriteResult>();
        if (results.stream().map(RefreshResult::getClass).distinct().count() > 1
                || results.stream().anyMatch(RefreshResult.Revoked.class::isInstance)) {
            lock(connection, results);
        }
        batch(connection, ROTATED, results, RefreshResult.Rotated.class, RefreshResultRepository::bindRotated, written);
        batch(
                connection,
                POSTPONED,
                results,
                RefreshResult.Postponed.class,
                RefreshResultRepository::bindPostponed,
                written);
        batch(connection, REVOKED, results, RefreshResult.Revoked.class, RefreshResultRepository::bindRevoked, written);
        for (var result : results) {
            if (written.get(result.id()) == null) {
                written.put(result.id(), whyNot(connection, result));
            }
        }
        return written;
    }

    private static void lock(Connection connection, List<? extends RefreshResult> results) throws SQLException {
        var ids = results.stream().map(result -> result.id().value()).toArray(String[]::new);
        try (var lock = connection.prepareStatement(LOCK)) {
            lock.setArray(1, connection.createArrayOf("text", ids));
            lock.executeQuery().close();
        }
    }

    private static <V extends RefreshResult> void batch(
            Connection connection,
            String sql,
            List<? extends RefreshResult> results,
            Class<V> kind,
            Binder<V> binder,
            Map<AccountId, WriteResult> written)
            throws SQLException {
        var some = results.stream().filter(kind::isInstance).map(kind::cast).toList();
        if (some.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement(sql)) {
            for (var result : some) {
                binder.bind(update, result);
                update.addBatch();
            }
            var counts = update.executeBatch();
            for (var i = 0; i < counts.length; i++) {
                if (counts[i] > 0) {
                    written.put(some.get(i).id(), WriteResult.SAVED);
                }
            }
        }
    }

    private static void bindRotated(PreparedStatement update, RefreshResult.Rotated result) throws SQLException {
        var access = result.access();
        update.setBytes(1, access.map(Access::token).orElse(null));
        update.setBytes(2, result.refreshToken().orElse(null));
        update.setString(3, result.current().hex());
        update.setString(4, result.scope().map(Scopes::toString).orElse(null));
        update.setObject(5, access.map(token -> at(token.expiresAt())).orElse(null));
        update.setObject(6, access.map(token -> at(token.issuedAt())).orElse(null));
        update.setObject(7, at(result.nextRefreshAt()));
        update.setBoolean(8, result.problem().isPresent());
        update.setString(9, result.problem().map(LastError::reason).orElse(null));
        update.setString(10, result.problem().map(LastError::detail).orElse(null));
        update.setObject(11, result.problem().map(error -> at(error.at())).orElse(null));
        update.setString(12, result.id().value());
        update.setString(13, result.spent().hex());
        update.setString(14, result.current().hex());
        update.setLong(15, result.fence());
    }

    private static void bindPostponed(PreparedStatement update, RefreshResult.Postponed result) throws SQLException {
        update.setObject(1, at(result.until()));
        bindError(update, 2, result.error());
        update.setBoolean(5, result.mayBeSpent());
        update.setBoolean(6, result.mayBeSpent());
        update.setString(7, result.id().value());
        update.setLong(8, result.fence());
    }

    private static void bindRevoked(PreparedStatement update, RefreshResult.Revoked result) throws SQLException {
        update.setString(1, result.reason().name());
        bindError(update, 2, result.error());
        update.setString(5, result.id().value());
        update.setLong(6, result.fence());
        update.setObject(7, at(result.error().at()));
        update.setString(8, event(result.reason()).word());
        update.setString(9, NewAuditEvent.TIMER);
        update.setString(10, NewAuditEvent.Outcome.DONE.name());
        update.setString(11, result.error().detail());
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static AuditEventType event(LossReason reason) {
        return switch (reason) {
            case REJECTED_BY_X -> AuditEventType.ACCOUNT_NEEDS_CONSENT;
            case LOST_IN_FLIGHT -> AuditEventType.ACCOUNT_LOST;
        };
    }

    private static void bindError(PreparedStatement update, int from, LastError error) throws SQLException {
        update.setString(from, error.reason());
        update.setString(from + 1, error.detail());
        update.setObject(from + 2, at(error.at()));
    }

    /** Why no row changed: the account was erased, has something newer, or has this very token pair from an earlier save. */
    private static WriteResult whyNot(Connection connection, RefreshResult result) throws SQLException {
        try (var select = connection.prepareStatement(STORED)) {
            select.setString(1, result.id().value());
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return WriteResult.ERASED;
                }
                return result instanceof RefreshResult.Rotated rotated
                                && rotated.current().hex().equals(row.getString(1))
                        ? WriteResult.SAVED
                        : WriteResult.SUPERSEDED;
            }
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    @FunctionalInterface
    private interface Binder<V> {
        void bind(PreparedStatement update, V result) throws SQLException;
    }
}
