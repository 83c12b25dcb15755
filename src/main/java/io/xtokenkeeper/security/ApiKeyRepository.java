package io.xtokenkeeper.security;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** API keys. A change of one raises the version that all replicas read, and notifies them. */
@ApplicationScoped
@DatabaseAccess
public class ApiKeyRepository implements PanacheRepositoryBase<ApiKey, String> {
    private static final String RAISE_VERSION = "update app_state set keys_version = keys_version + 1";

    private static final String VERSION = "select keys_version from app_state";

    private static final String USED = """
            update api_key set last_used_at = :at where id = :id and (last_used_at is null or last_used_at < :at)""";

    private final Database database;

    ApiKeyRepository(Database database) {
        this.database = database;
    }

    /** Revoked ones included, so that a list can show what there was. */
    @Transactional
    public List<ApiKey> all() {
        return listAll(Sort.by("createdAt", "id"));
    }

    @Transactional
    public Optional<ApiKey> byId(String id) {
        return findByIdOptional(id);
    }

    @Transactional
    List<ApiKey> notRevoked() {
        return list("revokedAt is null");
    }

    /** Changes whenever a key does. */
    long version() {
        return database.statement("looking for changed API keys", VERSION)
                .first(row -> row.number("keys_version"))
                .orElse(-1L);
    }

    @Transactional
    void create(ApiKey key) {
        raiseVersion();
        persistAndFlush(key);
    }

    /** False where there is none, or it was revoked before. */
    @Transactional
    boolean revoke(String id, Instant now) {
        raiseVersion();
        return update("revokedAt = ?1 where id = ?2 and revokedAt is null", now, id) > 0;
    }

    private void raiseVersion() {
        database.statement("announcing a changed API key", RAISE_VERSION).update();
    }

    /** Records when each was used last. */
    void updateLastUsed(Map<String, Instant> lastUses) {
        var update = database.statement("recording the use of API keys", USED);
        new TreeMap<>(lastUses)
                .forEach((id, at) -> update.set("id", id).set("at", at).addBatch());
        update.updateBatch();
    }
}
