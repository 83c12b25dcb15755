package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.audit.Event;
import io.xtokenkeeper.audit.EventType;
import io.xtokenkeeper.crypto.UnreadableException;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.TokenPair;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
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
            delete from account where id = ? returning access_token, refresh_token, status""";

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
            returning id, account_id, access_token, refresh_token""";

    /** X's refresh tokens live about six months: after that there is nothing left to revoke. Also what does not open. */
    private static final String GIVE_UP = """
            delete from revocation where created_at < clock_timestamp() - interval '180 days' returning account_id""";

    private static final String MEASURE = """
            select count(*), coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0) from revocation""";

    private static final String DONE = "delete from revocation where id = ?";

    private final AgroalDataSource database;
    private final TokenSeals seals;

    Revocations(AgroalDataSource database, TokenSeals seals) {
        this.database = database;
        this.seals = seals;
    }

    /**
     * Erases the account; its pair moves here in the same transaction, and is the caller's to revoke for the next half
     * minute. Empty where there was no such account, or its pair cannot be read; and where it was a pending account whose
     * grant is over: X may have ended it for a newer consent of the same person, which a revocation might hurt.
     */
    public Optional<Revocation> erase(AccountId account) {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var erase = connection.prepareStatement(ERASE)) {
                erase.setString(1, account.value());
                var row = erase.executeQuery();
                var moved = row.next() && !isOverAndPending(account, row)
                        ? move(connection, account, row)
                        : Optional.<Revocation>empty();
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

    private static boolean isOverAndPending(AccountId account, ResultSet row) throws SQLException {
        return account.isPending() && row.getString(3).equals(new Status.NeedsConsent(LossReason.REJECTED_BY_X).name());
    }

    private Optional<Revocation> move(Connection connection, AccountId account, ResultSet row) throws SQLException {
        try {
            var access = Optional.ofNullable(row.getBytes(1))
                    .map(octets -> seals.openAccess(Grants.TABLE, account.value(), octets));
            var refresh = seals.openRefresh(Grants.TABLE, account.value(), row.getBytes(2));
            var revocation = new Revocation(UUID.randomUUID().toString(), account, access, refresh);
            add(connection, revocation);
            return Optional.of(revocation);
        } catch (UnreadableException e) {
            LOG.warnf("account %s is erased, but cannot be revoked at X: %s", account, e.getMessage());
            return Optional.empty();
        }
    }

    /** A pair that arrived after its account was erased, or, where that was pending, merged: then it is saved there. */
    public void add(Verdict.Rotated late) {
        try (var connection = database.getConnection()) {
            if (late.id().isPending()) {
                var moved = new PendingAccounts(database, seals).moved(connection, late);
                if (moved.isPresent()) {
                    new SaveVerdicts(database, seals).save(List.of(moved.get()));
                    return;
                }
            }
            var row = late.id().value();
            var access = late.access().map(token -> seals.openAccess(Grants.TABLE, row, token.token()));
            var refresh = late.refreshToken().map(octets -> seals.openRefresh(Grants.TABLE, row, octets));
            if (refresh.isPresent()) {
                var id = UUID.randomUUID().toString();
                add(connection, new Revocation(id, late.id(), access, refresh.get()));
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
                add(connection, new Revocation(id, account, Optional.of(pair.access()), refresh));
            } catch (SQLException e) {
                throw new StoreException("noting a pair that is not kept", e);
            }
        }
    }

    private void add(Connection connection, Revocation revocation) throws SQLException {
        try (var insert = connection.prepareStatement(ADD)) {
            insert.setString(1, revocation.id());
            insert.setString(2, revocation.account().value());
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
            var account = new AccountId(row.getString(2));
            var access = Optional.ofNullable(row.getBytes(3)).map(octets -> seals.openAccess(TABLE, id, octets));
            return Optional.of(new Revocation(id, account, access, seals.openRefresh(TABLE, id, row.getBytes(4))));
        } catch (UnreadableException e) {
            LOG.errorf("the revocation of account %s is skipped: %s", row.getString(2), e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Ends what X has not confirmed within 180 days, with an event about each; returns whose it was.
     *
     * @param now when the events happened
     */
    public List<AccountId> giveUp(Instant now) {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var delete = connection.prepareStatement(GIVE_UP);
                    var rows = delete.executeQuery()) {
                var accounts = new ArrayList<AccountId>();
                while (rows.next()) {
                    accounts.add(new AccountId(rows.getString(1)));
                }
                var event = Event.ofTimer(EventType.REVOCATION_GIVEN_UP, "X did not confirm it within 180 days");
                Events.record(connection, accounts.stream().map(event::about).toList(), now);
                connection.commit();
                return accounts;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException("giving revocations up", e);
        }
    }

    /**
     * @param waiting erased accounts that X has not confirmed as revoked
     * @param oldestSeconds for how long the first of them has waited
     */
    public record Figures(long waiting, double oldestSeconds) {
        public static final Figures NONE = new Figures(0, 0);
    }

    public Figures measure() {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(MEASURE);
                var row = select.executeQuery()) {
            row.next();
            return new Figures(row.getLong(1), row.getDouble(2));
        } catch (SQLException e) {
            throw new StoreException("measuring the revocations", e);
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
