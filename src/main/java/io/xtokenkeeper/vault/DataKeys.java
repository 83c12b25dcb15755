package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.crypto.DataKeyStore;
import io.xtokenkeeper.crypto.WrappedKey;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The wrapped data keys, in their table. None is ever deleted. */
@Singleton
public class DataKeys implements DataKeyStore {
    private static final String ALL = "select id, wrapped, master_key_id from data_key order by id";

    private static final String DESCRIBE = "select id, created_at, master_key_id, retired_at from data_key order by id";

    private static final String NEXT_ID = """
            select nextval(pg_get_serial_sequence('data_key', 'id')), (select coalesce(max(id), 0) from data_key)""";

    /** Whoever adds a key waits here for whoever else does: one at a time, over all replicas. */
    private static final String TURN = "select pg_advisory_xact_lock(132411213836665)";

    private static final String FIRST = """
            insert into data_key (id, wrapped, master_key_id) overriding system value
            select ?, ?, ? where not exists (select from data_key)""";

    private static final String RESTORE = """
            insert into data_key (id, wrapped, master_key_id) overriding system value values (?, ?, ?)
            on conflict (id) do nothing""";

    private static final String REWRAP =
            "update data_key set wrapped = ?, master_key_id = ? where id = ? and wrapped = ?";

    private final AgroalDataSource database;

    DataKeys(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * A data key as it may be shown.
     *
     * @param retiredAt since when no value has been under it
     */
    public record Described(int id, Instant createdAt, String masterKeyId, Optional<Instant> retiredAt) {}

    @Override
    public List<WrappedKey> all() {
        try (var connection = database.getConnection()) {
            return all(connection);
        } catch (SQLException e) {
            throw new StoreException("reading the data keys", e);
        }
    }

    static List<WrappedKey> all(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(ALL);
                var row = select.executeQuery()) {
            var keys = new ArrayList<WrappedKey>();
            while (row.next()) {
                keys.add(new WrappedKey(row.getInt(1), row.getBytes(2), row.getString(3)));
            }
            return keys;
        }
    }

    public List<Described> describe() {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(DESCRIBE);
                var row = select.executeQuery()) {
            var keys = new ArrayList<Described>();
            while (row.next()) {
                keys.add(new Described(
                        row.getInt(1), Times.instant(row, 2).orElseThrow(), row.getString(3), Times.instant(row, 4)));
            }
            return keys;
        } catch (SQLException e) {
            throw new StoreException("reading about the data keys", e);
        }
    }

    @Override
    public int nextId() {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(NEXT_ID)) {
            while (true) {
                try (var row = select.executeQuery()) {
                    row.next();
                    // after a failover the sequence may be behind the keys that were written back
                    if (row.getInt(1) > row.getInt(2)) {
                        return row.getInt(1);
                    }
                }
            }
        } catch (SQLException e) {
            throw new StoreException("taking an id for a data key", e);
        }
    }

    @Override
    public void addFirst(WrappedKey key) {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                takeTurn(connection);
                try (var insert = connection.prepareStatement(FIRST)) {
                    bind(insert, key);
                    insert.executeUpdate();
                }
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException("adding the first data key", e);
        }
    }

    @Override
    public void restore(WrappedKey key) {
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement(RESTORE)) {
            bind(insert, key);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("writing data key " + key.id() + " back", e);
        }
    }

    /** A statement of its own: what comes after it in the transaction sees what the one before added. */
    static void takeTurn(Connection connection) throws SQLException {
        try (var lock = connection.prepareStatement(TURN)) {
            lock.executeQuery().close();
        }
    }

    static void bind(java.sql.PreparedStatement insert, WrappedKey key) throws SQLException {
        insert.setInt(1, key.id());
        insert.setBytes(2, key.wrapped());
        insert.setString(3, key.masterKeyId());
    }

    @Override
    public void rewrap(WrappedKey read, WrappedKey better) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(REWRAP)) {
            update.setBytes(1, better.wrapped());
            update.setString(2, better.masterKeyId());
            update.setInt(3, read.id());
            update.setBytes(4, read.wrapped());
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("wrapping data key " + read.id() + " anew", e);
        }
    }
}
