package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.crypto.WrappedKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The rotations in their table: the newest may be running, all others are over. */
@ApplicationScoped
public class Rotations {
    private static final String COLUMNS = "data_key_id, started_at, finished_at, total, remaining, unreadable";

    private static final String NEWEST = "select " + COLUMNS + " from vault_rotation order by data_key_id desc limit 1";

    private static final String OLDER_THAN = """
            select max(created_at) < clock_timestamp() - ? * interval '1 millisecond' from data_key""";

    private static final String RUNNING = "select exists (select from vault_rotation where finished_at is null)";

    private static final String ADD_KEY = """
            insert into data_key (id, wrapped, master_key_id) overriding system value values (?, ?, ?)""";

    private static final String BEGIN = """
            insert into vault_rotation (data_key_id, total, remaining) values (?, ?, ?)""";

    /**
     * There is work while a rotation runs, and an hour after each walk: a pair that waited in a replica's memory or
     * journal is saved as it was sealed. Parameters: worker, lease in ms, the newest key that is open here, worker.
     */
    private static final String CLAIM = """
            update vault_rotation
               set worker = ?, worker_until = clock_timestamp() + ? * interval '1 millisecond'
             where data_key_id = ? and data_key_id = (select max(data_key_id) from vault_rotation)
               and (finished_at is null or checked_at < clock_timestamp() - interval '1 hour')
               and (worker = ? or worker_until is null or worker_until < clock_timestamp())
            returning\s""" + COLUMNS + ", clock_timestamp() - started_at > interval '5 seconds'";

    private static final String PROGRESS = """
            update vault_rotation set remaining = greatest(0, remaining - ?) where data_key_id = ?""";

    /** Tells whether it was this walk that finished the rotation. Parameters: remaining, unreadable, over?, id. */
    private static final String WALKED = """
            with before as (select finished_at from vault_rotation where data_key_id = ? for update)
            update vault_rotation
               set remaining = ?, unreadable = ?, checked_at = clock_timestamp(),
                   finished_at = case when ? then coalesce(vault_rotation.finished_at, clock_timestamp()) end
              from before
             where data_key_id = ?
            returning before.finished_at is null and vault_rotation.finished_at is not null""";

    /** Parameters: keys with values, the newest key, keys with values. */
    private static final String RETIRE = """
            update data_key set retired_at = case when id = any(?) then null else clock_timestamp() end
             where id < ? and (retired_at is null) <> (id = any(?))""";

    private final AgroalDataSource database;

    Rotations(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * Work that is this replica's.
     *
     * @param settled every replica has had the time to learn of the key and seals with it
     */
    record Work(Rotation rotation, boolean settled) {}

    public Optional<Rotation> newest() {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(NEWEST);
                var row = select.executeQuery()) {
            return row.next() ? Optional.of(read(row)) : Optional.empty();
        } catch (SQLException e) {
            throw new StoreException("reading the newest rotation", e);
        }
    }

    boolean isNewestKeyOlderThan(Duration age) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(OLDER_THAN)) {
            select.setLong(1, age.toMillis());
            return isTrue(select);
        } catch (SQLException e) {
            throw new StoreException("asking for the age of the newest data key", e);
        }
    }

    /**
     * Adds the key and begins, unless a rotation is running: then false, and nothing happens.
     *
     * @param record what belongs into the same transaction
     */
    @Transactional
    public boolean begin(WrappedKey key, long values, Runnable record) {
        try (var connection = database.getConnection()) {
            DataKeys.takeTurn(connection);
            try (var running = connection.prepareStatement(RUNNING);
                    var add = connection.prepareStatement(ADD_KEY);
                    var begin = connection.prepareStatement(BEGIN)) {
                if (isTrue(running)) {
                    return false;
                }
                DataKeys.bind(add, key);
                add.executeUpdate();
                begin.setInt(1, key.id());
                begin.setLong(2, values);
                begin.setLong(3, values);
                begin.executeUpdate();
            }
        } catch (SQLException e) {
            throw new StoreException("beginning a rotation", e);
        }
        record.run();
        return true;
    }

    /** The work there is to do with this key, if no other replica does it. Lasts for {@code lease}, and is had again by asking again. */
    Optional<Work> claim(int dataKeyId, String worker, Duration lease) {
        try (var connection = database.getConnection();
                var claim = connection.prepareStatement(CLAIM)) {
            claim.setString(1, worker);
            claim.setLong(2, lease.toMillis());
            claim.setInt(3, dataKeyId);
            claim.setString(4, worker);
            try (var row = claim.executeQuery()) {
                return row.next() ? Optional.of(new Work(read(row), row.getBoolean(7))) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreException("claiming a rotation", e);
        }
    }

    void progress(int dataKeyId, long resealed) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(PROGRESS)) {
            update.setLong(1, resealed);
            update.setInt(2, dataKeyId);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("noting the progress of a rotation", e);
        }
    }

    /**
     * Notes what a walk through all tables found.
     *
     * @param keysInUse data keys that have values
     * @param over nothing is left to do
     * @param finished runs, in the same transaction, where this ends the rotation
     */
    @Transactional
    public void walked(
            int dataKeyId, long remaining, long unreadable, Set<Integer> keysInUse, boolean over, Runnable finished) {
        var ends = false;
        try (var connection = database.getConnection();
                var walked = connection.prepareStatement(WALKED);
                var retire = connection.prepareStatement(RETIRE)) {
            walked.setInt(1, dataKeyId);
            walked.setLong(2, remaining);
            walked.setLong(3, unreadable);
            walked.setBoolean(4, over);
            walked.setInt(5, dataKeyId);
            ends = isTrue(walked);
            var inUse = connection.createArrayOf("integer", keysInUse.toArray());
            retire.setArray(1, inUse);
            retire.setInt(2, dataKeyId);
            retire.setArray(3, inUse);
            retire.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("noting a walk through the vault", e);
        }
        if (ends) {
            finished.run();
        }
    }

    private static boolean isTrue(PreparedStatement statement) throws SQLException {
        try (var row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static Rotation read(ResultSet row) throws SQLException {
        return new Rotation(
                row.getInt(1),
                Times.instant(row, 2).orElseThrow(),
                Times.instant(row, 3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6));
    }
}
