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

/** Stores consent links. Expired ones are kept for 30 days, so that the page can show why they do not work. */
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

    /** Adds a link, and deletes up to 100 old ones, so that no separate job is needed. */
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

    /**
     * An open link for this user that is valid until {@code goodUntil} at least and has no scope, return URL or purpose of
     * its own.
     */
    @Transactional
    Optional<ConsentLink> openFor(AccountId user, Instant goodUntil) {
        return find("""
                        expectedUser = ?1 and expiresAt > ?2 and usedAt is null and scope is null and returnTo is null
                        and purpose is null order by expiresAt desc""", user.value(), goodUntil).firstResultOptional();
    }

    /** Marks the link as used. Returns false if it was used before. */
    @Transactional
    boolean use(LinkId id, Instant now) {
        return update("usedAt = ?1 where linkHash = ?2 and usedAt is null", now, id.bytes()) > 0;
    }
}
