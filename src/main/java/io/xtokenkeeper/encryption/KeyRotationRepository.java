package io.xtokenkeeper.encryption;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Reads and writes the key rotations in the table {@code vault_rotation}. At most the newest is running. */
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
     * A rotation can be claimed while it runs, and again an hour after each pass: a token pair that waited in a replica's
     * memory or journal is saved as it was encrypted, perhaps with an older key.
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

    /** Returns whether this pass finished the rotation. */
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
     * A rotation that this replica has claimed.
     *
     * @param settled every replica has had time to load the data key and encrypts with it
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
     * Adds the data key and starts a rotation. Returns false, and changes nothing, while another rotation is running.
     *
     * @param values how many values there are to re-encrypt
     * @param record runs in the same transaction, to record an audit event
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

    /**
     * Claims the rotation to this data key for {@code lease}, if there is work and no other replica has claimed it. The same
     * worker renews its claim by calling this again.
     */
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
     * Records the result of a pass over all tables, and updates which data keys are retired.
     *
     * @param remaining values that are still encrypted with older data keys
     * @param unreadable values that could not be decrypted
     * @param keysInUse ids of the data keys that have values
     * @param over whether nothing is left to do
     * @param finished runs in the same transaction if this pass finishes the rotation
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
