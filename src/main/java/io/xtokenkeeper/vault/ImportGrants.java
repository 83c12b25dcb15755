package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.audit.Event;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes over grants, many a transaction. A grant that is kept and alive stays as it is: what somebody else wrote down
 * long ago may be spent, what is here was rotated since.
 */
@Singleton
public class ImportGrants {
    private static final String IMPORT = """
            insert into account (id, username, status, scope, access_token, refresh_token, refresh_fingerprint,
                                 access_expires_at, refreshed_at, next_refresh_at, connected_at)
            values (?, ?, 'ACTIVE', ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (id) do update set
                   username = coalesce(excluded.username, account.username),
                   status = 'ACTIVE', status_reason = null, scope = excluded.scope,
                   access_token = excluded.access_token, refresh_token = excluded.refresh_token,
                   refresh_fingerprint = excluded.refresh_fingerprint,
                   access_expires_at = excluded.access_expires_at, refreshed_at = excluded.refreshed_at,
                   next_refresh_at = excluded.next_refresh_at, connected_at = excluded.connected_at,
                   failures = 0, error_reason = null, error_detail = null, error_at = null,
                   fence = account.fence + 1, lease_owner = null, lease_until = null,
                   attempt_fingerprint = null, attempt_started_at = null
             where account.status = 'NEEDS_CONSENT'
               and account.refresh_fingerprint <> excluded.refresh_fingerprint""";

    /** X: an access token lives two hours. */
    private static final Duration ACCESS_TOKEN_LIFE = Duration.ofHours(2);

    private final AgroalDataSource database;
    private final TokenSeals seals;

    ImportGrants(AgroalDataSource database, TokenSeals seals) {
        this.database = database;
        this.seals = seals;
    }

    /**
     * For each grant, in order: true where it was taken, false where the account is kept already. All or none.
     *
     * @param imported recorded, in the same transaction, about each account that was taken
     */
    public List<Boolean> importAll(List<ImportedGrant> grants, Event imported, Instant now) {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var insert = connection.prepareStatement(IMPORT)) {
                for (var grant : grants) {
                    bind(insert, grant, now);
                    insert.addBatch();
                }
                var taken = new ArrayList<Boolean>(grants.size());
                var events = new ArrayList<Event>();
                for (var count : insert.executeBatch()) {
                    if (count != 0) {
                        events.add(imported.about(grants.get(taken.size()).id()));
                    }
                    taken.add(count != 0);
                }
                Events.record(connection, events, now);
                connection.commit();
                return taken;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException("importing " + grants.size() + " grants", e);
        }
    }

    /** Told by when its access token ends; a pair of which nothing is known counts from now. */
    private static Instant issuedAt(ImportedGrant grant, Instant now) {
        return grant.access()
                .map(access -> access.expiresAt().minus(ACCESS_TOKEN_LIFE))
                .filter(now::isAfter)
                .orElse(now);
    }

    private void bind(PreparedStatement insert, ImportedGrant grant, Instant now) throws SQLException {
        var id = grant.id().value();
        insert.setString(1, id);
        insert.setString(2, grant.username().orElse(null));
        insert.setString(3, grant.scope().toString());
        insert.setBytes(
                4,
                grant.access()
                        .map(access -> seals.seal(Grants.TABLE, id, access.token()))
                        .orElse(null));
        insert.setBytes(5, seals.seal(Grants.TABLE, id, grant.refresh()));
        insert.setString(6, grant.refresh().fingerprint().hex());
        insert.setObject(
                7, grant.access().map(access -> Grants.at(access.expiresAt())).orElse(null));
        insert.setObject(8, Grants.at(issuedAt(grant, now)));
        insert.setObject(9, Grants.at(grant.nextRefreshAt()));
        insert.setObject(10, Grants.at(now));
    }
}
