package io.xtokenkeeper.vault;

import io.xtokenkeeper.crypto.DataKeyStore;
import io.xtokenkeeper.crypto.WrappedKey;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.persistence.Row;
import io.xtokenkeeper.persistence.Statement;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The wrapped data keys, in their table. None is ever deleted. */
@ApplicationScoped
@DatabaseAccess
public class DataKeys implements DataKeyStore {
    static final String ALL = "select id, wrapped, master_key_id from data_key order by id";

    private static final String DESCRIBE = "select id, created_at, master_key_id, retired_at from data_key order by id";

    private static final String NEXT_ID = """
            select nextval(pg_get_serial_sequence('data_key', 'id')) as next,
                   (select coalesce(max(id), 0) from data_key) as newest""";

    /** Keys are added one at a time, over all replicas. */
    private static final String TURN = "select pg_advisory_xact_lock(132411213836665)";

    private static final String FIRST = """
            insert into data_key (id, wrapped, master_key_id) overriding system value
            select :id, :wrapped, :masterKey where not exists (select from data_key)""";

    private static final String RESTORE = """
            insert into data_key (id, wrapped, master_key_id) overriding system value values (:id, :wrapped, :masterKey)
            on conflict (id) do nothing""";

    private static final String REWRAP =
            "update data_key set wrapped = :wrapped, master_key_id = :masterKey where id = :id and wrapped = :read";

    private final Database database;

    DataKeys(Database database) {
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
        return database.statement("reading the data keys", ALL).list(DataKeys::read);
    }

    private static WrappedKey read(Row row) {
        return new WrappedKey(row.integer("id"), row.bytes("wrapped"), row.text("master_key_id"));
    }

    public List<Described> describe() {
        return database.statement("reading about the data keys", DESCRIBE)
                .list(row -> new Described(
                        row.integer("id"),
                        row.instant("created_at"),
                        row.text("master_key_id"),
                        row.optionalInstant("retired_at")));
    }

    private record Next(int id, int newest) {}

    @Override
    public int nextId() {
        while (true) {
            var next = database.statement("taking an id for a data key", NEXT_ID)
                    .one(row -> new Next(row.integer("next"), row.integer("newest")));
            // after a failover the sequence may be behind the keys that were written back
            if (next.id() > next.newest()) {
                return next.id();
            }
        }
    }

    @Override
    @Transactional
    public void addFirst(WrappedKey key) {
        takeTurn();
        values(database.statement("adding the first data key", FIRST), key).update();
    }

    @Override
    public void restore(WrappedKey key) {
        values(database.statement("writing data key " + key.id() + " back", RESTORE), key)
                .update();
    }

    private static Statement values(Statement insert, WrappedKey key) {
        return insert.set("id", key.id()).set("wrapped", key.wrapped()).set("masterKey", key.masterKeyId());
    }

    /** A statement of its own: what comes after it in the transaction sees what the one before added. */
    void takeTurn() {
        database.statement("waiting for a data key that is being added", TURN).first(row -> true);
    }

    @Override
    public void rewrap(WrappedKey read, WrappedKey better) {
        values(database.statement("wrapping data key " + read.id() + " again", REWRAP), better)
                .set("id", read.id())
                .set("read", read.wrapped())
                .update();
    }
}
