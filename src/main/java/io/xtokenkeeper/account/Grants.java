package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Reads the stored tokens of an account, and replaces them after a consent. {@code refresh} saves the
 * results of refreshes.
 */
@Singleton
public class Grants {
    public static final String TABLE = "account";
    private static final Logger LOG = Logger.getLogger(Grants.class);

    private static final String READ = """
            select status_reason, scope, access_token, access_expires_at, refreshed_at, forced_at,
                   failures > 0 and error_at is not null as failed, error_at, next_refresh_at, error_reason
              from account where id = :id""";

    /**
     * A newer consent replaces everything: it raises the fencing token, so that the result of a refresh in flight is
     * discarded. The newer consent is the one whose browser returned from X later, whichever is saved first: X has ended
     * the other. A pair that was imported meanwhile is no consent, and stays only if X is known to have issued it later.
     */
    private static final String SAVE = """
            insert into account (id, username, name, picture_url, profile_problem, status, scope, access_token,
                                 refresh_token, refresh_fingerprint, access_expires_at, refreshed_at, next_refresh_at,
                                 connected_at)
            values (:id, :username, :name, :picture, :profileProblem, 'ACTIVE', :scope, :access, :refresh, :fingerprint,
                    :expiresAt, :issuedAt, :nextRefreshAt, :connectedAt)
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
             where account.connected_at <= excluded.connected_at
                or (account.refresh_fingerprint = account.imported_fingerprint
                    and (account.access_expires_at is null or account.refreshed_at <= excluded.refreshed_at))""";

    private final Database database;
    private final TokenEncryption encryption;
    private final PendingAccounts pending;

    public Grants(Database database, TokenEncryption encryption, PendingAccounts pending) {
        this.database = database;
        this.encryption = encryption;
        this.pending = pending;
    }

    public Optional<StoredToken> read(AccountId id) {
        return database.statement("reading account " + id, READ)
                .set("id", id.value())
                .first(row -> read(id, row));
    }

    private StoredToken read(AccountId id, Row row) {
        return new StoredToken(
                row.optionalText("status_reason")
                        .<Status>map(reason -> new Status.NeedsConsent(LossReason.valueOf(reason)))
                        .orElseGet(Status.Active::new),
                Scopes.of(row.text("scope")),
                row.optionalBytes("access_token").flatMap(bytes -> access(id, bytes)),
                row.optionalInstant("access_expires_at").orElse(Instant.EPOCH),
                row.instant("refreshed_at"),
                failure(row),
                row.optionalInstant("forced_at"));
    }

    private static Optional<StoredToken.Failure> failure(Row row) {
        return row.isTrue("failed")
                ? Optional.of(new StoredToken.Failure(
                        row.instant("error_at"),
                        row.instant("next_refresh_at"),
                        row.optionalText("error_reason").orElse(null)))
                : Optional.empty();
    }

    private Optional<AccessToken> access(AccountId id, byte[] encrypted) {
        try {
            return Optional.of(encryption.decryptAccess(TABLE, id.value(), encrypted));
        } catch (DecryptionException e) {
            LOG.warnf("%s; a refresh will replace it", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Saves the grant of a consent, in the caller's transaction if there is one.
     *
     * @return false if a later consent of the same user was saved before
     */
    public boolean save(NewGrant grant) {
        var id = grant.id().value();
        var saved = database.statement("saving the grant of account " + id, SAVE)
                        .set("id", id)
                        .set("username", grant.username())
                        .set("name", grant.name())
                        .set("picture", grant.pictureUrl())
                        .set("profileProblem", grant.profileProblem())
                        .set("scope", grant.scope().toString())
                        .set(
                                "access",
                                encryption.encryptIssued(TABLE, id, grant.pair().access()))
                        .set("refresh", encryption.encryptIssued(TABLE, id, grant.refresh()))
                        .set("fingerprint", grant.refresh().fingerprint().hex())
                        .set("expiresAt", grant.pair().expiresAt())
                        .set("issuedAt", grant.pair().issuedAt())
                        .set("nextRefreshAt", grant.nextRefreshAt())
                        .set("connectedAt", grant.connectedAt())
                        .update()
                > 0;
        grant.profileRetryAt().ifPresent(then -> pending.askNotBefore(grant.id(), then));
        return saved;
    }
}
