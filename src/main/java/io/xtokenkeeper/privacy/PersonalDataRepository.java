package io.xtokenkeeper.privacy;

import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.revocation.Revocation;
import io.xtokenkeeper.revocation.RevocationRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and erases what all tables hold about a person. */
@ApplicationScoped
@DatabaseAccess
public class PersonalDataRepository {
    private static final String IDS = "select ids_of_person(:id) as ids";

    private static final String ERASE = "select erase_person(:id, :pseudonym) as rows";

    private static final String ERASE_ADDRESSES = "select erase_addresses_of_links(:pseudonym)";

    private final Database database;
    private final AccountRepository accounts;
    private final RevocationRepository revocations;
    private final AuditTrail trail;

    PersonalDataRepository(
            Database database, AccountRepository accounts, RevocationRepository revocations, AuditTrail trail) {
        this.database = database;
        this.accounts = accounts;
        this.revocations = revocations;
        this.trail = trail;
    }

    /** The id, and the provisional ids that the account had before. */
    List<String> ids(AccountId id) {
        return database.statement("finding the ids of account " + id, IDS)
                .set("id", id.value())
                .one(row -> row.optionalTexts("ids").orElseThrow());
    }

    Optional<Account> account(AccountId id) {
        return accounts.byId(id);
    }

    /**
     * The next rows of a section, in the order of their positions.
     *
     * @param after the position of the last row of the page before; 0 for the first page
     */
    List<Entry> page(Section section, List<String> ids, long after, int limit) {
        return database.statement("exporting " + section.name(), section.sql())
                .set("ids", ids)
                .set("after", after)
                .set("limit", limit)
                .list(row -> new Entry(row.number("position"), section.values(row)));
    }

    /** @param values by the names of the JSON fields; null for those without a value */
    record Entry(long position, Map<String, Object> values) {}

    /**
     * Replaces the person's id by the pseudonym and erases the account if there is one, in one transaction.
     *
     * @param proof recorded in the same transaction
     * @return empty if nothing is kept about the person
     */
    @Transactional
    Optional<Erased> erase(AccountId id, AccountId pseudonym, NewAuditEvent proof) {
        var rows = database.statement("erasing the person of account " + id, ERASE)
                .set("id", id.value())
                .set("pseudonym", pseudonym.value())
                .one(row -> row.number("rows"));
        database.statement("erasing the addresses of their links", ERASE_ADDRESSES)
                .set("pseudonym", pseudonym.value())
                .one(row -> true);
        if (rows == 0) {
            return Optional.empty();
        }
        var account = revocations.erase(id);
        trail.record(proof);
        return Optional.of(new Erased(account.isPresent(), account.flatMap(RevocationRepository.Erased::revocation)));
    }

    /**
     * What was erased.
     *
     * @param revocation the token pair to revoke at X
     */
    record Erased(boolean wasConnected, Optional<Revocation> revocation) {}
}
