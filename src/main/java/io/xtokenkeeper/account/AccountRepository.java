package io.xtokenkeeper.account;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads accounts for lists and details. {@link Grants} reads their tokens. */
@ApplicationScoped
@DatabaseAccess
public class AccountRepository implements PanacheRepositoryBase<Account, String> {
    private static final String FIRST_REFERENCE = "select first_reference(:id) as reference";

    /** The ids are one parameter: a statement cannot have as many as an API key may have accounts. */
    private static final String AMONG = """
            select id from account
             where id = any(:only) and id > :after and (:status::text is null or status = :status)
               and (:reference::text is null or exists (
                   select from account_reference r where r.account_id = account.id and r.reference = :reference))
             order by id limit :limit""";

    private final Database database;

    AccountRepository(Database database) {
        this.database = database;
    }

    /**
     * Returns a page of accounts.
     *
     * @param status {@code ACTIVE}, {@code NEEDS_CONSENT}, or empty for both
     * @param reference the accounts with this reference; empty for all
     * @param only these accounts; empty for all
     * @param after the last id of the previous page; empty for the first page
     * @return at most {@code limit} accounts in the order of their ids
     */
    @Transactional
    public List<Account> page(
            Optional<String> status,
            Optional<String> reference,
            Optional<Set<AccountId>> only,
            Optional<AccountId> after,
            int limit) {
        if (only.isPresent()) {
            return list("id in ?1 order by id", among(only.get(), status, reference, after, limit));
        }
        var query = new StringBuilder("id > :after");
        var parameters = new HashMap<String, Object>();
        parameters.put("after", after.map(AccountId::value).orElse(""));
        status.ifPresent(some -> {
            query.append(" and status = :status");
            parameters.put("status", some);
        });
        reference.ifPresent(one -> {
            query.append(" and :reference member of references");
            parameters.put("reference", one);
        });
        return find(query.append(" order by id").toString(), parameters)
                .range(0, limit - 1)
                .list();
    }

    private List<String> among(
            Set<AccountId> only,
            Optional<String> status,
            Optional<String> reference,
            Optional<AccountId> after,
            int limit) {
        return database.statement("listing accounts", AMONG)
                .set("only", only)
                .set("status", status)
                .set("reference", reference)
                .set("after", after.map(AccountId::value).orElse(""))
                .set("limit", limit)
                .list(row -> row.text("id"));
    }

    @Transactional
    public Optional<Account> byId(AccountId id) {
        return findByIdOptional(id.value());
    }

    /**
     * The scopes that the account of this user or, without a user, the accounts with this reference hold together. Includes
     * accounts that need consent: the user is to get back what was lost.
     */
    @Transactional
    public Optional<Scopes> heldScopes(Optional<AccountId> user, Optional<String> reference) {
        var accounts = user.map(id -> list("id", id.value()))
                .or(() -> reference.map(one -> list("?1 member of references", one)))
                .orElse(List.of());
        return accounts.stream().map(Account::scope).reduce(Scopes::and);
    }

    /** The account's oldest reference, which its audit events have. */
    public Optional<String> firstReference(AccountId id) {
        return database.statement("reading the reference of account " + id, FIRST_REFERENCE)
                .set("id", id.value())
                .one(row -> row.optionalText("reference"));
    }

    @Transactional
    List<Account> byIds(Collection<String> ids) {
        return list("id in ?1", ids);
    }
}
