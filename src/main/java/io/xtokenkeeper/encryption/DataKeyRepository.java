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

/** The wrapped data keys, in their table. None is ever deleted. */
@ApplicationScoped
@DatabaseAccess
public class DataKeyRepository implements PanacheRepositoryBase<DataKey, Integer>, DataKeyStore {
    /** Every replica looks each second; one that was slow once has the key by then too. */
    public static final String ALL = """
            select id, wrapped, master_key_id, created_at < clock_timestamp() - interval '2 seconds' as settled
              from data_key order by id""";

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

    /** As they may be shown, in the order of their ids. */
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
