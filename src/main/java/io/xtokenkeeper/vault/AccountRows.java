package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Scopes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Rows of the account table as accounts, without the sealed columns. */
final class AccountRows {
    static final String COLUMNS = "id, username, name, picture_url, profile_problem, status_reason, scope,"
            + " access_expires_at, refreshed_at, next_refresh_at, error_reason, error_detail, error_at";

    private AccountRows() {}

    static Account read(ResultSet row) throws SQLException {
        var reason = row.getString("status_reason");
        var error = row.getString("error_reason");
        return new Account(
                new AccountId(row.getString("id")),
                Optional.ofNullable(row.getString("username")),
                Optional.ofNullable(row.getString("name")),
                Optional.ofNullable(row.getString("picture_url")),
                Optional.ofNullable(row.getString("profile_problem")),
                reason == null ? new Status.Active() : new Status.NeedsConsent(LossReason.valueOf(reason)),
                Scopes.of(row.getString("scope")),
                instant(row, "access_expires_at"),
                instant(row, "refreshed_at").orElseThrow(),
                instant(row, "next_refresh_at").orElseThrow(),
                error == null
                        ? Optional.empty()
                        : Optional.of(new LastError(
                                error,
                                row.getString("error_detail"),
                                instant(row, "error_at").orElseThrow())));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
