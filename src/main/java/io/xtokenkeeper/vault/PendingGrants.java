package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.Event;
import io.xtokenkeeper.audit.EventType;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.RefreshToken;
import io.xtokenkeeper.token.Scopes;
import io.xtokenkeeper.token.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Pairs of consents that ended before they could be saved, by a crash or with a database that could not be reached. */
@ApplicationScoped
public class PendingGrants {
    /** The first to settle an authorization request saves its pair; one that was deleted long ago cannot be settled any more. */
    private static final String SETTLE = """
            with settled as (
                update consent_attempt set settled_at = clock_timestamp(), account_id = coalesce(account_id, ?)
                 where state_hash = ? and settled_at is null
                returning 1)
            select exists (select from settled)
                or not exists (select from consent_attempt where state_hash = ?)""";

    private static final String KEEP = """
            insert into account (id, profile_problem, status, scope, access_token, refresh_token, refresh_fingerprint,
                                 access_expires_at, refreshed_at, next_refresh_at, connected_at,
                                 profile_next_try_at)
            values (?, ?, 'ACTIVE', ?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp())
            on conflict (id) do nothing""";

    private static final String WHY_NAMELESS = "the service stopped before X had said who this is";

    private final AgroalDataSource database;
    private final TokenSeals seals;
    private final AuditTrail trail;

    PendingGrants(AgroalDataSource database, TokenSeals seals, AuditTrail trail) {
        this.database = database;
        this.seals = seals;
        this.trail = trail;
    }

    /**
     * The pair with its tokens encrypted for the provisional id.
     *
     * @param access empty where X sent none that can be used
     * @param state of the authorization request
     */
    public PendingGrant encrypt(
            Optional<AccessToken> access,
            RefreshToken refresh,
            Scopes scope,
            Instant issuedAt,
            Instant expiresAt,
            Instant nextRefreshAt,
            Secret state) {
        var id = AccountId.pending(refresh);
        return new PendingGrant(
                id,
                access.map(token -> seals.seal(Grants.TABLE, id.value(), token)),
                seals.seal(Grants.TABLE, id.value(), refresh),
                refresh.fingerprint(),
                scope,
                issuedAt,
                expiresAt,
                nextRefreshAt,
                state.sha256());
    }

    /**
     * Saves the pair under its provisional id, unless its authorization request was settled: then it was saved, or handed
     * back, already, and may have been refreshed since. Doing it again changes nothing.
     *
     * @throws StoreException where it is not saved
     */
    @Transactional
    public void save(PendingGrant grant) {
        try (var connection = database.getConnection();
                var settle = connection.prepareStatement(SETTLE);
                var keep = connection.prepareStatement(KEEP)) {
            settle.setString(1, grant.id().value());
            settle.setBytes(2, grant.state());
            settle.setBytes(3, grant.state());
            try (var row = settle.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    return;
                }
            }
            keep.setString(1, grant.id().value());
            keep.setString(2, WHY_NAMELESS);
            keep.setString(3, grant.scope().toString());
            keep.setBytes(4, grant.access().orElse(null));
            keep.setBytes(5, grant.refreshToken());
            keep.setString(6, grant.fingerprint().hex());
            keep.setObject(7, Times.at(grant.expiresAt()));
            keep.setObject(8, Times.at(grant.issuedAt()));
            keep.setObject(9, Times.at(grant.nextRefreshAt()));
            keep.setObject(10, Times.at(grant.issuedAt()));
            if (keep.executeUpdate() > 0) {
                trail.record(Event.ofTimer(EventType.ACCOUNT_CONNECTED, "consent given, saved after an interruption")
                        .about(grant.id()));
            }
        } catch (SQLException e) {
            throw new StoreException("saving the grant of a consent", e);
        }
    }
}
