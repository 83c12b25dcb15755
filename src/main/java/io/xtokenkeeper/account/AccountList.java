package io.xtokenkeeper.account;

import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.Statement;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Accounts as an operator looks for them. Each page is found in an index, however many accounts there are. */
@Singleton
public class AccountList {
    /** What an account is called, as V8 has it in its indexes. */
    static final String TITLE = "lower(coalesce(name, username, id) collate \"default\") collate \"C\"";

    /**
     * Where a search looks, each by an index of its own. Everything that begins with a text is between it and it with the last
     * of all characters behind.
     */
    private static final List<String> PLACES = List.of(TITLE, "lower(username) collate \"C\"", "id");

    private final Database database;
    private final AccountRepository accounts;

    AccountList(Database database, AccountRepository accounts) {
        this.database = database;
        this.accounts = accounts;
    }

    /** At most {@code limit} of them. */
    public ListedAccounts page(AccountQuery query, int limit) {
        var found = values(database.statement("listing accounts", sql(query)), query)
                .set("limit", limit + 1)
                .list(row -> new AccountQuery.After(row.text("key"), row.text("id")));
        var page = found.subList(0, Math.min(limit, found.size()));
        var byId = accounts.byIds(page.stream().map(AccountQuery.After::id).toList()).stream()
                .collect(Collectors.toMap(account -> account.id().value(), Function.identity()));
        return new ListedAccounts(
                page.stream()
                        .flatMap(each -> Optional.ofNullable(byId.get(each.id())).stream())
                        .toList(),
                found.size() > limit ? Optional.of(page.getLast()) : Optional.empty());
    }

    /** How many there are of a status, or {@code most} where there are more: no more are counted. */
    public long count(AccountQuery.Show show, int most) {
        var sql =
                "select count(*) as found from (select from account where " + show.condition + " limit :most) counted";
        return database.statement("counting accounts", sql).set("most", most).one(row -> row.number("found"));
    }

    private static String sql(AccountQuery query) {
        var sort = query.sort();
        var order = " order by %1$s %2$s, id %2$s limit :limit".formatted(sort.key, sort.direction);
        var some = " where " + query.show().condition + " and " + sort.condition
                + (query.after().isPresent()
                        ? " and (%s, id) %s (:afterKey::%s, :afterId)".formatted(sort.key, sort.beyond, sort.type)
                        : "");
        // one branch a place: looked for all at once, the order's index might be walked from end to end
        var found = query.search().isEmpty()
                ? some
                : PLACES.stream()
                        .map(place -> "(select id from account" + some + " and " + place
                                + " between lower(:search) and lower(:search) || U&'\\+10FFFF'" + order + ")")
                        .collect(Collectors.joining(" union ", " where id in (", ")"));
        return "select id, (" + sort.key + ")::text as key from account" + found + order;
    }

    private static Statement values(Statement select, AccountQuery query) {
        query.after().ifPresent(after -> select.set("afterKey", after.key()).set("afterId", after.id()));
        query.search().ifPresent(text -> select.set("search", text));
        return select;
    }
}
