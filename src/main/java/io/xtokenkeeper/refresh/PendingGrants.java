package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.Grants;
import io.xtokenkeeper.account.TokenEncryption;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Optional;

/** Saves token pairs of consents that could not be saved by the callback, because of a crash or an unavailable database. */
@ApplicationScoped
@DatabaseAccess
public class PendingGrants {
    /**
     * The first to settle an authorization request saves its token pair; a request that was deleted long ago counts as
     * unsettled. One that expects a certain user connects no account, because X has not returned the user.
     */
    private static final String SETTLE = """
            with settled as (
                update consent_attempt set settled_at = clock_timestamp(), account_id = case when expected_user is null then coalesce(account_id, :id) else account_id end
                 where state_hash = :state and settled_at is null
                returning 1)
            select exists (select from settled)
                or not exists (select from consent_attempt where state_hash = :state) as ours""";

    /** For this transaction: the thread that saves the results of refreshes calls this too. */
    private static final String LIMIT_LOCK_WAITS = "select set_config('lock_timeout', '500ms', true)";

    private static final String INSERT = """
            insert into account (id, profile_problem, status, scope, access_token, refresh_token, refresh_fingerprint,
                                 access_expires_at, refreshed_at, next_refresh_at, connected_at,
                                 profile_next_try_at)
            values (:id, :problem, 'ACTIVE', :scope, :access, :refresh, :fingerprint, :expiresAt, :issuedAt,
                    :nextRefreshAt, :issuedAt, clock_timestamp())
            on conflict (id) do nothing""";

    /**
     * The consent link counts as used, unless it expects a certain user: X has not returned who consented. The account gets
     * its reference.
     */
    private static final String USE_LINK = """
            with used as (
                update consent_link l
                   set used_at = clock_timestamp(), ended_at = clock_timestamp(), outcome = 'CONNECTED', error = null,
                       account_id = :id, granted_scope = :scope
                  from consent_attempt a
                 where a.state_hash = :state and l.link_hash = decode(a.link_id, 'hex') and l.used_at is null
                   and l.outcome is distinct from 'WITHDRAWN' and l.expected_user is null
                returning encode(l.link_hash, 'hex') as link, l.reference),
            referenced as (
                insert into account_reference (account_id, reference)
                select :id, reference from used where reference is not null
                    on conflict do nothing)
            select link, reference from used""";

    private static final String WHY_NAMELESS = "the service stopped before X had said who this is";

    private final Database database;
    private final TokenEncryption encryption;
    private final AuditTrail trail;

    PendingGrants(Database database, TokenEncryption encryption, AuditTrail trail) {
        this.database = database;
        this.encryption = encryption;
        this.trail = trail;
    }

    /**
     * Encrypts a token pair for its provisional id.
     *
     * @param access empty if X sent no usable one
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
                access.map(token -> encryption.encryptIssued(Grants.TABLE, id.value(), token)),
                encryption.encryptIssued(Grants.TABLE, id.value(), refresh),
                refresh.fingerprint(),
                scope,
                issuedAt,
                expiresAt,
                nextRefreshAt,
                state.sha256());
    }

    /**
     * Saves the token pair under its provisional id, unless its authorization request is settled: the token pair was then
     * saved or revoked already, and may have been refreshed since. Repeating the call changes nothing. Waits half a second
     * for a lock of another transaction.
     *
     * @throws io.xtokenkeeper.persistence.DatabaseException if it is not saved
     */
    @Transactional
    public void save(PendingGrant grant) {
        var id = grant.id().value();
        database.statement("limiting the wait for locks", LIMIT_LOCK_WAITS).one(row -> true);
        var ours = database.statement("settling a consent", SETTLE)
                .set("id", id)
                .set("state", grant.state())
                .one(row -> row.isTrue("ours"));
        if (!ours) {
            return;
        }
        var inserted = database.statement("saving the grant of a consent", INSERT)
                .set("id", id)
                .set("problem", WHY_NAMELESS)
                .set("scope", grant.scope().toString())
                .set("access", grant.access())
                .set("refresh", grant.refreshToken())
                .set("fingerprint", grant.fingerprint().hex())
                .set("expiresAt", grant.expiresAt())
                .set("issuedAt", grant.issuedAt())
                .set("nextRefreshAt", grant.nextRefreshAt())
                .update();
        if (inserted > 0) {
            connected(grant);
        }
    }

    private void connected(PendingGrant grant) {
        var connected = NewAuditEvent.ofTimer(
                        AuditEventType.ACCOUNT_CONNECTED, "consent given, saved after an interruption")
                .about(grant.id());
        var used = database.statement("recording the use of a consent link", USE_LINK)
                .set("id", grant.id().value())
                .set("scope", grant.scope().toString())
                .set("state", grant.state())
                .first(row -> connected.through(row.optionalText("reference"), row.optionalText("link")));
        trail.record(used.orElse(connected));
        used.ifPresent(event -> trail.record(NewAuditEvent.ofTimer(AuditEventType.CONSENT_LINK_ENDED, "CONNECTED")
                .about(grant.id())
                .through(event.reference(), event.link())));
    }
}
