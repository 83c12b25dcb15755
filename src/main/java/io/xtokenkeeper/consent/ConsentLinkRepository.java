package io.xtokenkeeper.consent;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Consent links; expired ones are kept for a while, so that their true reason can be given. */
@ApplicationScoped
@DatabaseAccess
class ConsentLinkRepository implements PanacheRepositoryBase<ConsentLink, byte[]> {
    private static final Duration RETENTION = Duration.ofDays(30);

    private static final String PURGE = """
            delete from consent_link where link_hash in (
                select link_hash from consent_link where expires_at < :before limit 100 for update skip locked)""";

    private final Database database;

    ConsentLinkRepository(Database database) {
        this.database = database;
    }

    /** Deletes a few old ones on the way, so that nothing else needs to. */
    @Transactional
    void create(ConsentLink link, Instant now) {
        database.statement("deleting old consent links", PURGE)
                .set("before", now.minus(RETENTION))
                .update();
        persistAndFlush(link);
    }

    @Transactional
    Optional<ConsentLink> byId(LinkId id) {
        return findByIdOptional(id.bytes());
    }

    /** The open link for this user alone that is good until then at least, and asks for nothing special. */
    @Transactional
    Optional<ConsentLink> openFor(AccountId user, Instant goodUntil) {
        return find("""
                        expectedUser = ?1 and expiresAt > ?2 and usedAt is null and scope is null and returnTo is null
                        and purpose is null order by expiresAt desc""", user.value(), goodUntil).firstResultOptional();
    }

    /** False where it was used before. */
    @Transactional
    boolean use(LinkId id, Instant now) {
        return update("usedAt = ?1 where linkHash = ?2 and usedAt is null", now, id.bytes()) > 0;
    }
}
