package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.AccountId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/** Accounts without secrets, for everybody. */
@ApplicationScoped
public class Accounts {
    /**
     * @param status {@code ACTIVE}, {@code NEEDS_CONSENT}, or empty for both
     * @param after the last id of the page before; empty for the first page
     * @return at most {@code limit} accounts in the order of their ids
     */
    @Transactional
    public List<Account> page(Optional<String> status, Optional<AccountId> after, int limit) {
        var query = "(?1 is null or status = ?1) and id > ?2 order by id";
        return AccountEntity.<AccountEntity>find(
                        query, status.orElse(null), after.map(AccountId::value).orElse(""))
                .page(0, limit)
                .stream()
                .map(AccountEntity::toAccount)
                .toList();
    }

    @Transactional
    public Optional<Account> byId(AccountId id) {
        return AccountEntity.<AccountEntity>findByIdOptional(id.value()).map(AccountEntity::toAccount);
    }
}
