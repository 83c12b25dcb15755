package io.xtokenkeeper.vault;

import io.xtokenkeeper.crypto.DataKeyStore;
import io.xtokenkeeper.crypto.WrappedKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/** The wrapped data keys, in their table. */
@ApplicationScoped
class DataKeys implements DataKeyStore {
    /** One key for all: replicas that start together on an empty database queue here. */
    private static final long FIRST_KEY_LOCK = 0x78746b_6b6579L;

    @Override
    @Transactional
    public List<WrappedKey> all() {
        return DataKeyEntity.<DataKeyEntity>listAll(io.quarkus.panache.common.Sort.by("id")).stream()
                .map(key -> new WrappedKey(key.id, key.wrapped, key.masterKeyId))
                .toList();
    }

    @Override
    @Transactional
    public void addFirst(byte[] wrapped, String masterKeyId) {
        DataKeyEntity.getEntityManager()
                .createNativeQuery("select cast(pg_advisory_xact_lock(:lock) as text)")
                .setParameter("lock", FIRST_KEY_LOCK)
                .getSingleResult();
        if (DataKeyEntity.count() == 0) {
            var key = new DataKeyEntity();
            key.wrapped = wrapped;
            key.masterKeyId = masterKeyId;
            key.persist();
        }
    }

    @Override
    @Transactional
    public void rewrap(WrappedKey key, String oldMasterKeyId) {
        DataKeyEntity.update(
                "wrapped = ?1, masterKeyId = ?2 where id = ?3 and masterKeyId = ?4",
                key.wrapped(),
                key.masterKeyId(),
                key.id(),
                oldMasterKeyId);
    }
}
