package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.crypto.UnreadableException;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.RefreshToken;
import io.xtokenkeeper.token.Scopes;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Opens all grants, some hundred at a time, for whoever seals them again at once. */
@Singleton
public class ExportGrants {
    private static final Logger LOG = Logger.getLogger(ExportGrants.class);
    private static final int AT_ONCE = 500;

    private static final String PAGE = """
            select id, username, name, status_reason, scope, access_token, refresh_token, access_expires_at,
                   next_refresh_at
              from account
             where id > ?
             order by id
             limit ?""";

    private final AgroalDataSource database;
    private final TokenSeals seals;

    ExportGrants(AgroalDataSource database, TokenSeals seals) {
        this.database = database;
        this.seals = seals;
    }

    /**
     * @param last the account to go on behind; empty at the end
     * @param unreadable accounts whose refresh token does not open; they are not among the grants
     */
    public record Page(List<ImportedGrant> grants, int unreadable, Optional<AccountId> last) {}

    /** The grants behind an account, in the order of their ids. */
    public Page after(Optional<AccountId> account) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(PAGE)) {
            select.setString(1, account.map(AccountId::value).orElse(""));
            select.setInt(2, AT_ONCE);
            var grants = new ArrayList<ImportedGrant>();
            var unreadable = 0;
            var last = Optional.<AccountId>empty();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    last = Optional.of(new AccountId(row.getString(1)));
                    var grant = grant(last.get(), row);
                    grant.ifPresent(grants::add);
                    unreadable += grant.isPresent() ? 0 : 1;
                }
            }
            return new Page(grants, unreadable, last);
        } catch (SQLException e) {
            throw new StoreException("exporting grants", e);
        }
    }

    private Optional<ImportedGrant> grant(AccountId id, ResultSet row) throws SQLException {
        Optional<RefreshToken> refresh = refresh(id, row.getBytes(7));
        if (refresh.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ImportedGrant(
                id,
                refresh.get(),
                Scopes.of(row.getString(5)),
                Optional.ofNullable(row.getString(2)),
                Optional.ofNullable(row.getString(3)),
                access(id, row.getBytes(6)),
                Times.instant(row, 8),
                Optional.ofNullable(row.getString(4)).map(LossReason::valueOf),
                Times.instant(row, 9).orElseThrow()));
    }

    private Optional<RefreshToken> refresh(AccountId id, byte[] sealed) {
        try {
            return Optional.of(seals.openRefresh(Grants.TABLE, id.value(), sealed));
        } catch (UnreadableException e) {
            LOG.warnf("%s; the account is left out of the export", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<AccessToken> access(AccountId id, byte[] sealed) {
        try {
            return Optional.ofNullable(sealed).map(octets -> seals.openAccess(Grants.TABLE, id.value(), octets));
        } catch (UnreadableException e) {
            return Optional.empty();
        }
    }
}
