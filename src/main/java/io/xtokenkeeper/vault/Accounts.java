package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.AccountId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Accounts without secrets, for everybody. */
@ApplicationScoped
public class Accounts {
    /**
     * @param status {@code ACTIVE}, {@code NEEDS_CONSENT}, or empty for both
     * @param only these accounts; empty for all
     * @param after the last id of the page before; empty for the first page
     * @return at most {@code limit} accounts in the order of their ids
     */
    @Transactional
    public List<Account> page(
            Optional<String> status, Optional<Set<AccountId>> only, Optional<AccountId> after, int limit) {
        var ids = only.stream().flatMap(Set::stream).map(AccountId::value).toList();
        var query = "(?1 is null or status = ?1) and id > ?2 and (?3 = true or id in ?4) order by id";
        return AccountEntity.<AccountEntity>find(
                        query,
                        status.orElse(null),
                        after.map(AccountId::value).orElse(""),
                        only.isEmpty(),
                        ids.isEmpty() ? List.of("") : ids)
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
