package io.xtokenkeeper.account;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.domain.AccountId;
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
    /** The ids are one parameter: a statement cannot have as many as an API key may have accounts. */
    private static final String AMONG = """
            select id from account
             where id = any(:only) and id > :after and (:status::text is null or status = :status)
             order by id limit :limit""";

    private final Database database;

    AccountRepository(Database database) {
        this.database = database;
    }

    /**
     * Returns a page of accounts.
     *
     * @param status {@code ACTIVE}, {@code NEEDS_CONSENT}, or empty for both
     * @param only these accounts; empty for all
     * @param after the last id of the previous page; empty for the first page
     * @return at most {@code limit} accounts in the order of their ids
     */
    @Transactional
    public List<Account> page(
            Optional<String> status, Optional<Set<AccountId>> only, Optional<AccountId> after, int limit) {
        if (only.isPresent()) {
            return list("id in ?1 order by id", among(only.get(), status, after, limit));
        }
        var query = new StringBuilder("id > :after");
        var parameters = new HashMap<String, Object>();
        parameters.put("after", after.map(AccountId::value).orElse(""));
        status.ifPresent(some -> {
            query.append(" and status = :status");
            parameters.put("status", some);
        });
        return find(query.append(" order by id").toString(), parameters)
                .range(0, limit - 1)
                .list();
    }

    private List<String> among(Set<AccountId> only, Optional<String> status, Optional<AccountId> after, int limit) {
        return database.statement("listing accounts", AMONG)
                .set("only", only)
                .set("status", status)
                .set("after", after.map(AccountId::value).orElse(""))
                .set("limit", limit)
                .list(row -> row.text("id"));
    }

    @Transactional
    public Optional<Account> byId(AccountId id) {
        return findByIdOptional(id.value());
    }

    @Transactional
    List<Account> byIds(Collection<String> ids) {
        return list("id in ?1", ids);
    }
}
