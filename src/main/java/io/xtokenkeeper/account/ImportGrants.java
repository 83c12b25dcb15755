package io.xtokenkeeper.account;

import io.xtokenkeeper.audit.AuditEventRepository;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.persistence.Statement;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Imports grants, many in one transaction.
 *
 * <ol>
 *   <li>An active account stays as it is: the imported refresh token may have been spent long ago, the stored one was
 *       refreshed since.
 *   <li>An account that needs consent is replaced only by a refresh token that is neither the stored one nor the one that
 *       was imported before, and never by a token pair known to be older.
 *   <li>So importing the same grant again changes nothing.
 * </ol>
 */
@ApplicationScoped
@DatabaseAccess
public class ImportGrants {
    private static final String IMPORT = """
            insert into account (id, username, name, status, status_reason, scope, access_token, refresh_token,
                                 refresh_fingerprint, access_expires_at, refreshed_at, next_refresh_at, connected_at,
                                 imported_fingerprint)
            values (:id, :username, :name, :status, :reason, :scope, :access, :refresh, :fingerprint, :accessEnds,
                    :issuedAt, :nextRefreshAt, :now, :fingerprint)
            on conflict (id) do update set
                   username = coalesce(excluded.username, account.username),
                   name = coalesce(excluded.name, account.name),
                   status = 'ACTIVE', status_reason = null, scope = excluded.scope,
                   access_token = excluded.access_token, refresh_token = excluded.refresh_token,
                   refresh_fingerprint = excluded.refresh_fingerprint,
                   imported_fingerprint = excluded.imported_fingerprint,
                   access_expires_at = excluded.access_expires_at, refreshed_at = excluded.refreshed_at,
                   next_refresh_at = excluded.next_refresh_at, connected_at = excluded.connected_at,
                   failures = 0, error_reason = null, error_detail = null, error_at = null,
                   fence = account.fence + 1, lease_owner = null, lease_until = null,
                   attempt_fingerprint = null, attempt_started_at = null
             where account.status = 'NEEDS_CONSENT' and excluded.status = 'ACTIVE'
               and excluded.refresh_fingerprint <> account.refresh_fingerprint
               and excluded.refresh_fingerprint is distinct from account.imported_fingerprint
               and (not :knownAge or excluded.refreshed_at > account.refreshed_at)""";

    /** The lifetime of X's access tokens. */
    private static final Duration ACCESS_TOKEN_LIFE = Duration.ofHours(2);

    private final Database database;
    private final TokenEncryption encryption;

    public ImportGrants(Database database, TokenEncryption encryption) {
        this.database = database;
        this.encryption = encryption;
    }

    /**
     * Imports all grants or none. Returns for each grant, in order, true if it was imported, false if the stored account
     * was kept.
     *
     * @param imported audit event that is recorded, in the same transaction, for each imported account
     */
    @Transactional
    public List<Boolean> importAll(List<ImportedGrant> grants, NewAuditEvent imported, Instant now) {
        // sorted by id, so that concurrent imports do not deadlock; of one account the first record counts
        var order = IntStream.range(0, grants.size())
                .boxed()
                .sorted(Comparator.comparing(i -> grants.get(i).id().value()))
                .toList();
        var insert = database.statement("importing " + grants.size() + " grants", IMPORT);
        order.forEach(index -> bind(insert, grants.get(index), now));
        var counts = insert.updateBatch();
        var taken = new Boolean[grants.size()];
        for (var i = 0; i < counts.length; i++) {
            taken[order.get(i)] = counts[i] != 0;
        }
        // also for accounts that were kept: a repeated import may bring references that the first one lacked
        AccountReferences.add(
                database,
                grants.stream()
                        .filter(grant -> !grant.references().isEmpty())
                        .collect(Collectors.toMap(
                                ImportedGrant::id,
                                ImportedGrant::references,
                                (one, other) -> Stream.concat(one.stream(), other.stream())
                                        .toList(),
                                TreeMap::new)));
        AuditEventRepository.record(
                database,
                IntStream.range(0, taken.length)
                        .filter(i -> taken[i])
                        .mapToObj(i -> imported.about(grants.get(i).id()))
                        .toList(),
                now);
        return List.of(taken);
    }

    /** Derived from the access token's expiry; a token pair without one counts as issued now. */
    private static Instant issuedAt(ImportedGrant grant, Instant now) {
        return grant.accessEnds()
                .map(end -> end.minus(ACCESS_TOKEN_LIFE))
                .filter(now::isAfter)
                .orElse(now);
    }

    private void bind(Statement insert, ImportedGrant grant, Instant now) {
        var id = grant.id().value();
        insert.set("id", id)
                .set("username", grant.username())
                .set("name", grant.name())
                .set("status", grant.status().name())
                .set("reason", grant.lossReason())
                .set("scope", grant.scope().toString())
                .set("access", grant.access().map(access -> encryption.encrypt(Grants.TABLE, id, access)))
                .set("refresh", encryption.encrypt(Grants.TABLE, id, grant.refresh()))
                .set("fingerprint", grant.refresh().fingerprint().hex())
                .set("accessEnds", grant.accessEnds())
                .set("issuedAt", issuedAt(grant, now))
                .set("nextRefreshAt", grant.nextRefreshAt())
                .set("now", now)
                .set("knownAge", grant.accessEnds().isPresent())
                .addBatch();
    }
}
