package io.xtokenkeeper.security;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Stores API keys. Creating or revoking one increments the version that all replicas poll, and notifies them. */
@ApplicationScoped
@DatabaseAccess
public class ApiKeyRepository implements PanacheRepositoryBase<ApiKey, String> {
    private static final String RAISE_VERSION = "update app_state set keys_version = keys_version + 1";

    private static final String VERSION = "select keys_version from app_state";

    private static final String USED = """
            update api_key set last_used_at = :at where id = :id and (last_used_at is null or last_used_at < :at)""";

    private static final String ACCOUNTS_BY_REFERENCE = """
            select reference, account_id
              from account_reference
             where reference in (select unnest(refs) from api_key where revoked_at is null)""";

    /**
     * Waits until references that are being changed are committed. The transaction that changes them raises the version only
     * if it sees a key that is limited to references, and it does not see the one that is being created.
     */
    private static final String WAIT_FOR_REFERENCES = "lock table account_reference in share mode";

    private final Database database;

    ApiKeyRepository(Database database) {
        this.database = database;
    }

    /** All keys, including revoked ones, so that a list can show them. */
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

    /** The accounts of each reference that a key which is not revoked is limited to. */
    Map<String, Set<AccountId>> accountsByReference() {
        var found = new HashMap<String, Set<AccountId>>();
        database.statement("reading the accounts of references", ACCOUNTS_BY_REFERENCE)
                .list(row -> found.computeIfAbsent(row.text("reference"), any -> new HashSet<>())
                        .add(new AccountId(row.text("account_id"))));
        return found;
    }

    /**
     * A number that changes whenever a key is created or revoked, and whenever the references of accounts change while a key
     * is limited to references.
     */
    long version() {
        return database.statement("looking for changed API keys", VERSION)
                .first(row -> row.number("keys_version"))
                .orElse(-1L);
    }

    @Transactional
    void create(ApiKey key) {
        if (key.hasReferences()) {
            // before the version's row is locked: who changes references locks that row last
            database.statement("waiting for changed references", WAIT_FOR_REFERENCES)
                    .update();
        }
        raiseVersion();
        persistAndFlush(key);
    }

    /** Returns false if there is no such key, or it was revoked before. */
    @Transactional
    boolean revoke(String id, Instant now) {
        raiseVersion();
        return update("revokedAt = ?1 where id = ?2 and revokedAt is null", now, id) > 0;
    }

    private void raiseVersion() {
        database.statement("announcing a changed API key", RAISE_VERSION).update();
    }

    /** Saves the time of each key's last use. */
    void updateLastUsed(Map<String, Instant> lastUses) {
        var update = database.statement("recording the use of API keys", USED);
        new TreeMap<>(lastUses)
                .forEach((id, at) -> update.set("id", id).set("at", at).addBatch());
        update.updateBatch();
    }
}
