package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.persistence.Database;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Changes the references of accounts, the callers' own ids for their users. {@link Account#references} reads them. A key
 * that is limited to references notices a change within a second.
 */
@Singleton
public class AccountReferences {
    /** A limit against mistakes: each account is returned with all of its references. */
    public static final int MAX_OF_ACCOUNT = 100;

    private static final String ADD = """
            insert into account_reference (account_id, reference)
            select id, unnest(:references::text[]) from account where id = :id
                on conflict do nothing""";

    private static final String REMOVE =
            "delete from account_reference where account_id = :id and reference <> all (:kept::text[])";

    private final Database database;

    AccountReferences(Database database) {
        this.database = database;
    }

    /** Adds a reference in the caller's transaction; does nothing if the account does not exist or has it already. */
    public void add(AccountId account, Reference reference) {
        add(database, Map.of(account, List.of(reference)));
    }

    /** Adds the references of many accounts in one batch. */
    static void add(Database database, Map<AccountId, List<Reference>> references) {
        var insert = database.statement("adding references", ADD);
        references.forEach((account, some) ->
                insert.set("id", account.value()).set("references", texts(some)).addBatch());
        insert.updateBatch();
    }

    /** Gives the account exactly these references. */
    @Transactional
    public void replace(AccountId account, Collection<Reference> references) {
        database.statement("removing references of account " + account, REMOVE)
                .set("id", account.value())
                .set("kept", texts(references))
                .update();
        add(database, Map.of(account, List.copyOf(references)));
    }

    private static List<String> texts(Collection<Reference> references) {
        return references.stream().map(Reference::value).toList();
    }
}
