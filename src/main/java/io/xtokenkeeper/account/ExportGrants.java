package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Reads and decrypts all grants, 500 at a time, for an export that encrypts them again immediately. */
@Singleton
public class ExportGrants {
    private static final Logger LOG = Logger.getLogger(ExportGrants.class);
    private static final int AT_ONCE = 500;

    private static final String PAGE = """
            select id, username, name, status_reason, scope, access_token, refresh_token, access_expires_at,
                   next_refresh_at,
                   array(select reference from account_reference where account_id = account.id order by reference) as refs
              from account
             where id > :last
             order by id
             limit :limit""";

    private final Database database;
    private final TokenEncryption encryption;

    ExportGrants(Database database, TokenEncryption encryption) {
        this.database = database;
        this.encryption = encryption;
    }

    /**
     * A page of grants.
     *
     * @param last account after which the next page begins; empty at the end
     * @param unreadable number of accounts whose refresh token cannot be decrypted; they are not among the grants
     */
    public record Page(List<ImportedGrant> grants, int unreadable, Optional<AccountId> last) {}

    /** Returns the grants after an account, in the order of their ids. */
    public Page after(Optional<AccountId> account) {
        var rows = database.statement("exporting grants", PAGE)
                .set("last", account.map(AccountId::value).orElse(""))
                .set("limit", AT_ONCE)
                .list(row -> new Exported(new AccountId(row.text("id")), grant(row)));
        var grants = rows.stream().flatMap(row -> row.grant().stream()).toList();
        var last = rows.isEmpty()
                ? Optional.<AccountId>empty()
                : Optional.of(rows.getLast().id());
        return new Page(grants, rows.size() - grants.size(), last);
    }

    /** @param grant empty if its refresh token cannot be decrypted */
    private record Exported(AccountId id, Optional<ImportedGrant> grant) {}

    private Optional<ImportedGrant> grant(Row row) {
        var id = new AccountId(row.text("id"));
        var refresh = refresh(id, row.bytes("refresh_token"));
        if (refresh.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ImportedGrant(
                id,
                refresh.get(),
                Scopes.of(row.text("scope")),
                row.optionalText("username"),
                row.optionalText("name"),
                row.optionalBytes("access_token").flatMap(bytes -> access(id, bytes)),
                row.optionalInstant("access_expires_at"),
                row.optionalText("status_reason").map(LossReason::valueOf),
                row.instant("next_refresh_at"),
                row.optionalTexts("refs").orElse(List.of()).stream()
                        .map(Reference::new)
                        .toList()));
    }

    private Optional<RefreshToken> refresh(AccountId id, byte[] sealed) {
        try {
            return Optional.of(encryption.decryptRefresh(Grants.TABLE, id.value(), sealed));
        } catch (DecryptionException e) {
            LOG.warnf("%s; the account is left out of the export", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<AccessToken> access(AccountId id, byte[] sealed) {
        try {
            return Optional.of(encryption.decryptAccess(Grants.TABLE, id.value(), sealed));
        } catch (DecryptionException e) {
            return Optional.empty();
        }
    }
}
