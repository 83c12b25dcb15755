package io.xtokenkeeper.vault;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Rows of the account table as accounts, without the sealed columns. */
final class AccountRows {
    static final String COLUMNS = "id, username, name, picture_url, profile_problem, status_reason, scope,"
            + " access_expires_at, refreshed_at, next_refresh_at, error_reason, error_detail, error_at";

    private AccountRows() {}

    static Account read(ResultSet row) throws SQLException {
        var account = new AccountEntity();
        account.id = row.getString("id");
        account.username = row.getString("username");
        account.name = row.getString("name");
        account.pictureUrl = row.getString("picture_url");
        account.profileProblem = row.getString("profile_problem");
        account.statusReason = row.getString("status_reason");
        account.scope = row.getString("scope");
        account.accessExpiresAt = instant(row, "access_expires_at");
        account.refreshedAt = instant(row, "refreshed_at");
        account.nextRefreshAt = instant(row, "next_refresh_at");
        account.errorReason = row.getString("error_reason");
        account.errorDetail = row.getString("error_detail");
        account.errorAt = instant(row, "error_at");
        return account.toAccount();
    }

    /** Null where there is none, as the entity has it. */
    private static Instant instant(ResultSet row, String column) throws SQLException {
        var at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
