package io.xtokenkeeper.encryption;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Key rotations: the newest may be running, all others are over. */
@ApplicationScoped
@DatabaseAccess
public class KeyRotationRepository implements PanacheRepositoryBase<KeyRotation, Integer> {
    private static final String OLDER_THAN = """
            select max(created_at) < clock_timestamp() - :age * interval '1 millisecond' as older from data_key""";

    private static final String RUNNING =
            "select exists (select from vault_rotation where finished_at is null) as running";

    private static final String ADD_KEY = """
            insert into data_key (id, wrapped, master_key_id) overriding system value values (:id, :wrapped, :masterKey)""";

    private static final String BEGIN = """
            insert into vault_rotation (data_key_id, total, remaining) values (:id, :values, :values)""";

    /**
     * There is work while a rotation runs, and an hour after each walk: a pair that waited in a replica's memory or
     * journal is saved as it was encrypted.
     */
    private static final String CLAIM = """
            update vault_rotation
               set worker = :worker, worker_until = clock_timestamp() + :lease * interval '1 millisecond'
             where data_key_id = :id and data_key_id = (select max(data_key_id) from vault_rotation)
               and (finished_at is null or checked_at < clock_timestamp() - interval '1 hour')
               and (worker = :worker or worker_until is null or worker_until < clock_timestamp())
            returning clock_timestamp() - started_at > interval '5 seconds' as settled""";

    private static final String PROGRESS = """
            update vault_rotation set remaining = greatest(0, remaining - :done) where data_key_id = :id""";

    /** Tells whether it was this walk that finished the rotation. */
    private static final String WALKED = """
            with before as (select finished_at from vault_rotation where data_key_id = :id for update)
            update vault_rotation
               set remaining = :remaining, unreadable = :unreadable, checked_at = clock_timestamp(),
                   finished_at = case when :over then coalesce(vault_rotation.finished_at, clock_timestamp()) end
              from before
             where data_key_id = :id
            returning before.finished_at is null and vault_rotation.finished_at is not null as ended""";

    private static final String RETIRE = """
            update data_key set retired_at = case when id = any(:inUse::integer[]) then null else clock_timestamp() end
             where id < :id and (retired_at is null) <> (id = any(:inUse::integer[]))""";

    private final Database database;
    private final DataKeyRepository keys;

    KeyRotationRepository(Database database, DataKeyRepository keys) {
        this.database = database;
        this.keys = keys;
    }

    /**
     * Work that is this replica's.
     *
     * @param settled every replica has had the time to learn of the key and seals with it
     */
    record Work(KeyRotation rotation, boolean settled) {}

    @Transactional
    public Optional<KeyRotation> newest() {
        return find("order by dataKeyId desc").firstResultOptional();
    }

    boolean isNewestKeyOlderThan(Duration age) {
        return database.statement("reading the age of the newest data key", OLDER_THAN)
                .set("age", age)
                .one(row -> row.isTrue("older"));
    }

    /**
     * Adds the key and begins, unless a rotation is running: then false, and nothing happens.
     *
     * @param record what belongs into the same transaction
     */
    @Transactional
    public boolean begin(WrappedKey key, long values, Runnable record) {
        keys.takeTurn();
        if (database.statement("looking for a running rotation", RUNNING).one(row -> row.isTrue("running"))) {
            return false;
        }
        database.statement("adding data key " + key.id(), ADD_KEY)
                .set("id", key.id())
                .set("wrapped", key.wrapped())
                .set("masterKey", key.masterKeyId())
                .update();
        database.statement("beginning a rotation", BEGIN)
                .set("id", key.id())
                .set("values", values)
                .update();
        record.run();
        return true;
    }

    /** The work there is to do with this key, if no other replica does it. Lasts for {@code lease}, and is had again by asking again. */
    @Transactional
    Optional<Work> claim(int dataKeyId, String worker, Duration lease) {
        return database.statement("claiming a rotation", CLAIM)
                .set("worker", worker)
                .set("lease", lease)
                .set("id", dataKeyId)
                .first(row -> row.isTrue("settled"))
                .map(settled -> new Work(findById(dataKeyId), settled));
    }

    void progress(int dataKeyId, long done) {
        database.statement("recording the progress of a rotation", PROGRESS)
                .set("done", done)
                .set("id", dataKeyId)
                .update();
    }

    /**
     * Records what a walk through all tables found.
     *
     * @param keysInUse data keys that have values
     * @param over nothing is left to do
     * @param finished runs, in the same transaction, where this ends the rotation
     */
    @Transactional
    public void walked(
            int dataKeyId, long remaining, long unreadable, Set<Integer> keysInUse, boolean over, Runnable finished) {
        var ended = database.statement("recording a walk through the tables", WALKED)
                .set("id", dataKeyId)
                .set("remaining", remaining)
                .set("unreadable", unreadable)
                .set("over", over)
                .first(row -> row.isTrue("ended"))
                .orElse(false);
        database.statement("retiring data keys", RETIRE)
                .set("inUse", keysInUse)
                .set("id", dataKeyId)
                .update();
        if (ended) {
            finished.run();
        }
    }
}
