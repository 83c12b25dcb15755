package io.xtokenkeeper.account;

import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.Statement;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lists, searches and counts accounts for the admin UI. Each page is read through an index, however many accounts there
 * are.
 */
@Singleton
public class AccountList {
    /** The display name of an account, the same expression as in the indexes of migration V8. */
    static final String TITLE = "lower(coalesce(name, username, id) collate \"default\") collate \"C\"";

    /**
     * The expressions that a search covers, each with its own index. A prefix search is a range: from the prefix to the
     * prefix followed by the last Unicode character.
     */
    private static final List<String> PLACES = List.of(TITLE, "lower(username) collate \"C\"", "id");

    /** References are searched as they are written. */
    private static final String REFERENCES = " and id in (select account_id from account_reference"
            + " where reference between :search and :search || U&'\\+10FFFF')";

    private final Database database;
    private final AccountRepository accounts;

    AccountList(Database database, AccountRepository accounts) {
        this.database = database;
        this.accounts = accounts;
    }

    /**
     * A page of the account list.
     *
     * @param next position where the next page begins; empty for the last page
     */
    public record Page(List<Account> accounts, Optional<AccountQuery.After> next) {}

    /** Returns a page of at most {@code limit} accounts. */
    public Page page(AccountQuery query, int limit) {
        var found = values(database.statement("listing accounts", sql(query)), query)
                .set("limit", limit + 1)
                .list(row -> new AccountQuery.After(row.text("key"), row.text("id")));
        var page = found.subList(0, Math.min(limit, found.size()));
        var byId = accounts.byIds(page.stream().map(AccountQuery.After::id).toList()).stream()
                .collect(Collectors.toMap(account -> account.id().value(), Function.identity()));
        return new Page(
                page.stream()
                        .flatMap(each -> Optional.ofNullable(byId.get(each.id())).stream())
                        .toList(),
                found.size() > limit ? Optional.of(page.getLast()) : Optional.empty());
    }

    /** Returns the number of accounts with a status, counting no further than {@code most}. */
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
        // one union branch per expression: with a single condition PostgreSQL might scan the whole index of the order
        var found = query.search().isEmpty()
                ? some
                : Stream.concat(
                                PLACES.stream()
                                        .map(place -> " and " + place
                                                + " between lower(:search) and lower(:search) || U&'\\+10FFFF'"),
                                Stream.of(REFERENCES))
                        .map(place -> "(select id from account" + some + place + order + ")")
                        .collect(Collectors.joining(" union ", " where id in (", ")"));
        return "select id, (" + sort.key + ")::text as key from account" + found + order;
    }

    private static Statement values(Statement select, AccountQuery query) {
        query.after().ifPresent(after -> select.set("afterKey", after.key()).set("afterId", after.id()));
        query.search().ifPresent(text -> select.set("search", text));
        return select;
    }
}
