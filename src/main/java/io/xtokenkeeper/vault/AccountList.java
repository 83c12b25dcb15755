package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.token.AccountId;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Accounts as an operator looks for them. Each page is read from an index, however many accounts there are. */
@Singleton
public class AccountList {
    /** What an account is called, as V8 has it in its indexes. */
    static final String TITLE = "lower(coalesce(name, username, id) collate \"default\") collate \"C\"";

    private static final String COLUMNS = AccountRows.COLUMNS;

    /**
     * Where a search looks, each by an index of its own. Everything that begins with a text is between it and it with the last
     * of all characters behind.
     */
    private static final List<String> PLACES = List.of(TITLE, "lower(username) collate \"C\"", "id");

    private final AgroalDataSource database;

    AccountList(AgroalDataSource database) {
        this.database = database;
    }

    /** At most {@code limit} of them. */
    public ListedAccounts page(AccountQuery query, int limit) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(sql(query))) {
            bind(select, query, limit + 1);
            var accounts = new ArrayList<Account>();
            var after = Optional.<AccountQuery.After>empty();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    if (accounts.size() == limit) {
                        return new ListedAccounts(accounts, after);
                    }
                    accounts.add(AccountRows.read(rows));
                    after = Optional.of(new AccountQuery.After(rows.getString("key"), rows.getString("id")));
                }
            }
            return new ListedAccounts(accounts, Optional.empty());
        } catch (SQLException e) {
            throw new StoreException("listing accounts", e);
        }
    }

    /** How many there are of a status, or {@code most} where there are more: counting stops where nobody reads on. */
    public long count(AccountQuery.Show show, int most) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(
                        "select count(*) from (select from account where " + show.condition + " limit ?) counted")) {
            select.setInt(1, most);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new StoreException("counting accounts", e);
        }
    }

    /** One of them with how its refreshes stand. */
    public Optional<AccountDetail> detail(AccountId id) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement("select " + COLUMNS
                        + ", connected_at, failures, attempt_started_at from account where id = ?")) {
            select.setString(1, id.value());
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(detail(row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreException("reading an account", e);
        }
    }

    private static AccountDetail detail(ResultSet row) throws SQLException {
        return new AccountDetail(
                AccountRows.read(row),
                Times.instant(row, "connected_at").orElseThrow(),
                row.getInt("failures"),
                Times.instant(row, "attempt_started_at"));
    }

    private static String sql(AccountQuery query) {
        var sort = query.sort();
        var order = " order by %1$s %2$s, id %2$s limit ?".formatted(sort.key, sort.direction);
        var some = " where " + query.show().condition + " and " + sort.condition
                + (query.after().isPresent()
                        ? " and (%s, id) %s (?::%s, ?)".formatted(sort.key, sort.beyond, sort.type)
                        : "");
        // one branch a place: looked for all at once, the order's index might be walked from end to end
        var found = query.search().isEmpty()
                ? some
                : PLACES.stream()
                        .map(place -> "(select id from account" + some + " and " + place
                                + " between lower(?) and lower(?) || U&'\\+10FFFF'" + order + ")")
                        .collect(Collectors.joining(" union ", " where id in (", ")"));
        return "select " + COLUMNS + ", (" + sort.key + ")::text as key from account" + found + order;
    }

    private static void bind(PreparedStatement select, AccountQuery query, int limit) throws SQLException {
        var values = new ArrayList<String>();
        query.after().ifPresent(after -> values.addAll(List.of(after.key(), after.id())));
        query.search().ifPresent(text -> values.addAll(List.of(text, text)));
        var next = 1;
        for (var branch = 0; branch < (query.search().isPresent() ? PLACES.size() : 1); branch++) {
            for (var value : values) {
                select.setString(next++, value);
            }
            select.setInt(next++, limit);
        }
        if (query.search().isPresent()) {
            select.setInt(next, limit);
        }
    }
}
