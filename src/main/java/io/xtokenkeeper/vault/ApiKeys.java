package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Secret;
import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** API keys in their table, by the SHA-256 of the key. */
@Singleton
public class ApiKeys {
    /** Revoked ones included, so that a list can show what there was. */
    private static final String ALL = """
            select id, name, rights, accounts, created_at, expires_at, revoked_at, last_used_at, sha256
              from api_key order by created_at, id""";

    private static final String CREATE = """
            with changed as (update app_state set keys_version = keys_version + 1)
            insert into api_key (id, name, sha256, rights, accounts, created_at, expires_at)
            values (?, ?, ?, ?, ?, ?, ?)""";

    private static final String REVOKE = """
            with changed as (update app_state set keys_version = keys_version + 1)
            update api_key set revoked_at = ? where id = ? and revoked_at is null""";

    private static final String USED = """
            update api_key set last_used_at = ? where id = ? and (last_used_at is null or last_used_at < ?)""";

    private static final String VERSION = "select keys_version from app_state";

    private final AgroalDataSource database;

    ApiKeys(AgroalDataSource database) {
        this.database = database;
    }

    public List<ApiKey> list() {
        return List.copyOf(rows().keySet());
    }

    /** All keys that were not revoked, by the SHA-256 of the key in hex. */
    public Map<String, ApiKey> bySha256() {
        return rows().entrySet().stream()
                .filter(entry -> entry.getKey().revokedAt().isEmpty())
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));
    }

    /** Changes whenever a key does. */
    public long version() {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(VERSION);
                var row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : -1;
        } catch (SQLException e) {
            throw new StoreException("looking for changed API keys", e);
        }
    }

    public void create(ApiKey key, Secret secret) {
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement(CREATE)) {
            insert.setString(1, key.id());
            insert.setString(2, key.name());
            insert.setBytes(3, secret.sha256());
            insert.setArray(4, connection.createArrayOf("text", key.rights().toArray()));
            insert.setArray(
                    5,
                    key.accounts().isEmpty()
                            ? null
                            : connection.createArrayOf(
                                    "text",
                                    key.accounts().get().stream()
                                            .map(AccountId::value)
                                            .toArray()));
            insert.setObject(6, Times.at(key.createdAt()));
            insert.setObject(7, key.expiresAt().map(Times::at).orElse(null));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("creating an API key", e);
        }
    }

    /** False where there is none, or it was revoked before. */
    public boolean revoke(String id, Instant now) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(REVOKE)) {
            update.setObject(1, Times.at(now));
            update.setString(2, id);
            return update.executeUpdate() > 0;
        } catch (SQLException e) {
            throw new StoreException("revoking an API key", e);
        }
    }

    /** Notes when each was used last. */
    public void used(Map<String, Instant> lastUses) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(USED)) {
            for (var use : new TreeMap<>(lastUses).entrySet()) {
                update.setObject(1, Times.at(use.getValue()));
                update.setString(2, use.getKey());
                update.setObject(3, Times.at(use.getValue()));
                update.addBatch();
            }
            update.executeBatch();
        } catch (SQLException e) {
            throw new StoreException("noting the use of API keys", e);
        }
    }

    private Map<ApiKey, String> rows() {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(ALL);
                var rows = select.executeQuery()) {
            var keys = new LinkedHashMap<ApiKey, String>();
            while (rows.next()) {
                keys.put(read(rows), HexFormat.of().formatHex(rows.getBytes(9)));
            }
            return keys;
        } catch (SQLException e) {
            throw new StoreException("reading API keys", e);
        }
    }

    private static ApiKey read(ResultSet row) throws SQLException {
        return new ApiKey(
                row.getString(1),
                row.getString(2),
                texts(row.getArray(3)).orElseThrow(),
                texts(row.getArray(4))
                        .map(ids -> ids.stream().map(AccountId::new).collect(Collectors.toUnmodifiableSet())),
                Times.instant(row, 5).orElseThrow(),
                Times.instant(row, 6),
                Times.instant(row, 7),
                Times.instant(row, 8));
    }

    private static Optional<Set<String>> texts(Array array) throws SQLException {
        return array == null
                ? Optional.empty()
                : Optional.of(new TreeSet<>(Arrays.asList((String[]) array.getArray())));
    }
}
