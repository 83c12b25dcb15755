package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Scopes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Rows of the account table as accounts, without the sealed columns. */
final class AccountRows {
    static final String COLUMNS = "id, username, name, picture_url, profile_problem, status_reason, scope,"
            + " access_expires_at, refreshed_at, next_refresh_at, error_reason, error_detail, error_at";

    private AccountRows() {}

    static Account read(ResultSet row) throws SQLException {
        return new Account(
                new AccountId(row.getString("id")),
                text(row, "username"),
                text(row, "name"),
                text(row, "picture_url"),
                text(row, "profile_problem"),
                text(row, "status_reason")
                        .<Status>map(reason -> new Status.NeedsConsent(LossReason.valueOf(reason)))
                        .orElseGet(Status.Active::new),
                Scopes.of(row.getString("scope")),
                Times.instant(row, "access_expires_at"),
                Times.instant(row, "refreshed_at").orElseThrow(),
                Times.instant(row, "next_refresh_at").orElseThrow(),
                lastError(row));
    }

    private static Optional<LastError> lastError(ResultSet row) throws SQLException {
        var reason = row.getString("error_reason");
        return reason == null
                ? Optional.empty()
                : Optional.of(new LastError(
                        reason,
                        row.getString("error_detail"),
                        Times.instant(row, "error_at").orElseThrow()));
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }
}
