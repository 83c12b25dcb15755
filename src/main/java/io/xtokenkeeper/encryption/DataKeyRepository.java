package io.xtokenkeeper.encryption;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.persistence.Row;
import io.xtokenkeeper.persistence.Statement;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/** Reads and writes the wrapped data keys in the table {@code data_key}. None is ever deleted. */
@ApplicationScoped
@DatabaseAccess
public class DataKeyRepository implements PanacheRepositoryBase<DataKey, Integer>, DataKeyStore {
    /**
     * Every replica reloads the data keys each second; after two seconds a replica that missed one reload has the key too.
     */
    public static final String ALL = """
            select id, wrapped, master_key_id, created_at < clock_timestamp() - interval '2 seconds' as settled
              from data_key order by id""";

    private static final String NEXT_ID = """
            select nextval(pg_get_serial_sequence('data_key', 'id')) as next,
                   (select coalesce(max(id), 0) from data_key) as newest""";

    /** Serializes adding keys across all replicas. */
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

    DataKeyRepository(Database database) {
        this.database = database;
    }

    @Override
    public List<WrappedKey> all() {
        return database.statement("reading the data keys", ALL).list(DataKeyRepository::read);
    }

    private static WrappedKey read(Row row) {
        return new WrappedKey(
                row.integer("id"), row.bytes("wrapped"), row.text("master_key_id"), row.isTrue("settled"));
    }

    /** All data keys, still wrapped, in the order of their ids. */
    @Transactional
    public List<DataKey> describe() {
        return listAll(Sort.by("id"));
    }

    private record Next(int id, int newest) {}

    @Override
    public int nextId() {
        while (true) {
            var next = database.statement("taking an id for a data key", NEXT_ID)
                    .one(row -> new Next(row.integer("next"), row.integer("newest")));
            // after a failover the sequence may be behind the ids of keys that were restored
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

    /**
     * Waits for the lock. This must be its own statement: a later statement of the transaction then sees the key that the
     * previous holder of the lock added.
     */
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
