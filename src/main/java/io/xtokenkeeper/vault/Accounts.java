package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.token.AccountId;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Accounts without secrets, for everybody. */
@Singleton
public class Accounts {
    private static final String BY_ID = "select " + AccountRows.COLUMNS + " from account where id = ?";

    private static final String PAGE = "select " + AccountRows.COLUMNS + """
             from account
            where id > ? and (?::text is null or status = ?) and (?::text[] is null or id = any(?))
            order by id limit ?""";

    private final AgroalDataSource database;

    Accounts(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * @param status {@code ACTIVE}, {@code NEEDS_CONSENT}, or empty for both
     * @param only these accounts; empty for all
     * @param after the last id of the page before; empty for the first page
     * @return at most {@code limit} accounts in the order of their ids
     */
    public List<Account> page(
            Optional<String> status, Optional<Set<AccountId>> only, Optional<AccountId> after, int limit) {
        var ids = only.map(some -> some.stream().map(AccountId::value).toArray(String[]::new));
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(PAGE)) {
            var array = ids.isPresent() ? connection.createArrayOf("text", ids.get()) : null;
            select.setString(1, after.map(AccountId::value).orElse(""));
            select.setString(2, status.orElse(null));
            select.setString(3, status.orElse(null));
            select.setArray(4, array);
            select.setArray(5, array);
            select.setInt(6, limit);
            var accounts = new ArrayList<Account>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    accounts.add(AccountRows.read(rows));
                }
            }
            return accounts;
        } catch (SQLException e) {
            throw new StoreException("reading a page of accounts", e);
        }
    }

    public Optional<Account> byId(AccountId id) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(BY_ID)) {
            select.setString(1, id.value());
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(AccountRows.read(row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreException("reading account " + id, e);
        }
    }
}
