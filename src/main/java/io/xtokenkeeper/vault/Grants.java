package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.crypto.UnreadableException;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Scopes;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The tokens of each account: read, and replaced by a consent. Rotations are saved by {@link SaveVerdicts}. */
@Singleton
public class Grants {
    static final String TABLE = "account";
    private static final Logger LOG = Logger.getLogger(Grants.class);

    private static final String HELD = """
            select status_reason, scope, access_token, access_expires_at, refreshed_at, forced_at,
                   failures > 0 and error_at is not null, error_at, next_refresh_at, error_reason
              from account where id = ?""";

    /**
     * A newer consent wins over everything: it raises the fence, so that what is in flight no longer counts. Newer is the one
     * whose person came back from X later, whichever is saved first: X has ended the other.
     */
    private static final String KEEP = """
            insert into account (id, username, name, picture_url, profile_problem, status, scope, access_token,
                                 refresh_token, refresh_fingerprint, access_expires_at, refreshed_at, next_refresh_at,
                                 connected_at)
            values (?, ?, ?, ?, ?, 'ACTIVE', ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (id) do update set
                   username = coalesce(excluded.username, account.username),
                   name = coalesce(excluded.name, account.name),
                   picture_url = coalesce(excluded.picture_url, account.picture_url),
                   profile_problem = excluded.profile_problem,
                   status = 'ACTIVE', status_reason = null, scope = excluded.scope,
                   access_token = excluded.access_token, refresh_token = excluded.refresh_token,
                   refresh_fingerprint = excluded.refresh_fingerprint,
                   access_expires_at = excluded.access_expires_at, refreshed_at = excluded.refreshed_at,
                   next_refresh_at = excluded.next_refresh_at, connected_at = excluded.connected_at,
                   failures = 0, error_reason = null, error_detail = null, error_at = null,
                   fence = account.fence + 1, lease_owner = null, lease_until = null,
                   attempt_fingerprint = null, attempt_started_at = null
             where account.connected_at <= excluded.connected_at""";

    private final AgroalDataSource database;
    private final TokenSeals seals;

    Grants(AgroalDataSource database, TokenSeals seals) {
        this.database = database;
        this.seals = seals;
    }

    public Optional<HeldToken> held(AccountId id) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(HELD)) {
            select.setString(1, id.value());
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(held(id, row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreException("reading account " + id, e);
        }
    }

    private HeldToken held(AccountId id, ResultSet row) throws SQLException {
        var reason = row.getString(1);
        var status = reason == null ? new Status.Active() : new Status.NeedsConsent(LossReason.valueOf(reason));
        return new HeldToken(
                status,
                Scopes.of(row.getString(2)),
                access(id, row.getBytes(3)),
                Times.instant(row, 4).orElse(Instant.EPOCH),
                Times.instant(row, 5).orElseThrow(),
                failure(row),
                Times.instant(row, 6));
    }

    private static Optional<HeldToken.Failure> failure(ResultSet row) throws SQLException {
        return row.getBoolean(7)
                ? Optional.of(new HeldToken.Failure(
                        Times.instant(row, 8).orElseThrow(),
                        Times.instant(row, 9).orElseThrow(),
                        row.getString(10)))
                : Optional.empty();
    }

    private Optional<AccessToken> access(AccountId id, byte[] sealed) {
        if (sealed == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(seals.openAccess(TABLE, id.value(), sealed));
        } catch (UnreadableException e) {
            LOG.warnf("%s; a refresh will replace it", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Takes part in the caller's transaction, if there is one.
     *
     * @return false where a later consent of the same person was saved before
     */
    public boolean keep(NewGrant grant) {
        var id = grant.id().value();
        try (var connection = database.getConnection();
                var upsert = connection.prepareStatement(KEEP)) {
            upsert.setString(1, id);
            upsert.setString(2, grant.username().orElse(null));
            upsert.setString(3, grant.name().orElse(null));
            upsert.setString(4, grant.pictureUrl().orElse(null));
            upsert.setString(5, grant.profileProblem().orElse(null));
            upsert.setString(6, grant.scope().toString());
            upsert.setBytes(7, seals.seal(TABLE, id, grant.pair().access()));
            upsert.setBytes(8, seals.seal(TABLE, id, grant.refresh()));
            upsert.setString(9, grant.refresh().fingerprint().hex());
            upsert.setObject(10, Times.at(grant.pair().expiresAt()));
            upsert.setObject(11, Times.at(grant.pair().issuedAt()));
            upsert.setObject(12, Times.at(grant.nextRefreshAt()));
            upsert.setObject(13, Times.at(grant.connectedAt()));
            var kept = upsert.executeUpdate() > 0;
            if (grant.profileRetryAt().isPresent()) {
                PendingAccounts.askNotBefore(
                        connection, grant.id(), grant.profileRetryAt().get());
            }
            return kept;
        } catch (SQLException e) {
            throw new StoreException("keeping the grant of account " + id, e);
        }
    }
}
