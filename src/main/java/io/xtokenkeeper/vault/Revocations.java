package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.crypto.UnreadableException;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.TokenPair;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Erased accounts whose pairs X has yet to revoke; they wait here, sealed, until it says so. */
@Singleton
public class Revocations {
    private static final Logger LOG = Logger.getLogger(Revocations.class);
    private static final String TABLE = "revocation";

    private static final String ERASE = """
            delete from account where id = ? returning access_token, refresh_token""";

    private static final String ADD = """
            insert into revocation (id, account_id, access_token, refresh_token, next_try_at)
            values (?, ?, ?, ?, clock_timestamp() + interval '30 seconds')""";

    /** Whoever takes one has it to himself until the next try is due. */
    private static final String TAKE = """
            update revocation
               set tries = tries + 1,
                   next_try_at = clock_timestamp() + ? * interval '1 millisecond' * least(power(2, tries), 512)
             where id in (select id from revocation where next_try_at <= clock_timestamp()
                           order by next_try_at limit ? for update skip locked)
            returning id, access_token, refresh_token""";

    private static final String DONE = "delete from revocation where id = ?";

    private final AgroalDataSource database;
    private final TokenSeals seals;

    Revocations(AgroalDataSource database, TokenSeals seals) {
        this.database = database;
        this.seals = seals;
    }

    /**
     * Erases the account; its pair moves here in the same transaction, and is the caller's to revoke for the next half
     * minute. Empty where there was no such account, or its pair cannot be read.
     */
    public Optional<Revocation> erase(AccountId account) {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var erase = connection.prepareStatement(ERASE)) {
                erase.setString(1, account.value());
                var row = erase.executeQuery();
                var moved = row.next() ? move(connection, account, row) : Optional.<Revocation>empty();
                connection.commit();
                return moved;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException("erasing account " + account, e);
        }
    }

    private Optional<Revocation> move(Connection connection, AccountId account, ResultSet row) throws SQLException {
        try {
            var access = Optional.ofNullable(row.getBytes(1))
                    .map(octets -> seals.openAccess(Grants.TABLE, account.value(), octets));
            var refresh = seals.openRefresh(Grants.TABLE, account.value(), row.getBytes(2));
            var revocation = new Revocation(UUID.randomUUID().toString(), access, refresh);
            add(connection, account, revocation);
            return Optional.of(revocation);
        } catch (UnreadableException e) {
            LOG.warnf("account %s is erased, but cannot be revoked at X: %s", account, e.getMessage());
            return Optional.empty();
        }
    }

    /** A pair that arrived after its account was erased. */
    public void add(Verdict.Rotated late) {
        try (var connection = database.getConnection()) {
            var row = late.id().value();
            var access = late.access().map(token -> seals.openAccess(Grants.TABLE, row, token.token()));
            var refresh = late.refreshToken().map(octets -> seals.openRefresh(Grants.TABLE, row, octets));
            if (refresh.isPresent()) {
                var id = UUID.randomUUID().toString();
                add(connection, late.id(), new Revocation(id, access, refresh.get()));
            }
        } catch (SQLException e) {
            throw new StoreException("noting a pair of the erased account " + late.id(), e);
        }
    }

    /** A pair that X gave and that we do not keep. */
    public void add(AccountId account, TokenPair pair) {
        if (pair.refresh().isPresent()) {
            try (var connection = database.getConnection()) {
                var id = UUID.randomUUID().toString();
                var refresh = pair.refresh().get();
                add(connection, account, new Revocation(id, Optional.of(pair.access()), refresh));
            } catch (SQLException e) {
                throw new StoreException("noting a pair that is not kept", e);
            }
        }
    }

    private void add(Connection connection, AccountId account, Revocation revocation) throws SQLException {
        try (var insert = connection.prepareStatement(ADD)) {
            insert.setString(1, revocation.id());
            insert.setString(2, account.value());
            insert.setBytes(
                    3,
                    revocation
                            .access()
                            .map(token -> seals.seal(TABLE, revocation.id(), token))
                            .orElse(null));
            insert.setBytes(4, seals.seal(TABLE, revocation.id(), revocation.refresh()));
            insert.executeUpdate();
        }
    }

    /** At most {@code limit} that are due; they come again after {@code pause}, doubled each time, unless {@link #done}. */
    public List<Revocation> take(int limit, Duration pause) {
        try (var connection = database.getConnection();
                var take = connection.prepareStatement(TAKE)) {
            take.setLong(1, pause.toMillis());
            take.setInt(2, limit);
            var taken = new ArrayList<Revocation>();
            try (var rows = take.executeQuery()) {
                while (rows.next()) {
                    read(rows).ifPresent(taken::add);
                }
            }
            return taken;
        } catch (SQLException e) {
            throw new StoreException("taking pairs to revoke", e);
        }
    }

    private Optional<Revocation> read(ResultSet row) throws SQLException {
        var id = row.getString(1);
        try {
            var access = Optional.ofNullable(row.getBytes(2)).map(octets -> seals.openAccess(TABLE, id, octets));
            return Optional.of(new Revocation(id, access, seals.openRefresh(TABLE, id, row.getBytes(3))));
        } catch (UnreadableException e) {
            LOG.errorf("revocation is skipped: %s", e.getMessage());
            return Optional.empty();
        }
    }

    public void done(Revocation revocation) {
        try (var connection = database.getConnection();
                var delete = connection.prepareStatement(DONE)) {
            delete.setString(1, revocation.id());
            delete.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("ending a revocation", e);
        }
    }
}
