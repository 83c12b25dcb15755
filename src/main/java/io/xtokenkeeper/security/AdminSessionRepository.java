package io.xtokenkeeper.security;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Sessions of admins. The methods take part in the caller's transaction, if there is one. */
@ApplicationScoped
@DatabaseAccess
class AdminSessionRepository implements PanacheRepositoryBase<AdminSession, byte[]> {
    private static final String PURGE = """
            delete from operator_session where sha256 in (
                select sha256 from operator_session where expires_at < :now limit 100 for update skip locked)""";

    private final Database database;

    AdminSessionRepository(Database database) {
        this.database = database;
    }

    /** Deletes a few expired ones on the way, so that nothing else needs to. */
    @Transactional
    void create(AdminSession session, Instant now) {
        database.statement("deleting expired sessions", PURGE).set("now", now).update();
        persistAndFlush(session);
    }

    /** The session, if it is not over, recording that it is in use. */
    @Transactional
    Optional<AdminSession> touch(Secret secret, Instant now, Duration idle) {
        var found = find(secret, now, idle);
        found.ifPresent(session -> update("seenAt = greatest(seenAt, ?1) where sha256 = ?2", now, secret.sha256()));
        return found;
    }

    /** The session, if it is not over, which does not keep it from ending. */
    @Transactional
    Optional<AdminSession> find(Secret secret, Instant now, Duration idle) {
        return find("sha256 = ?1 and expiresAt > ?2 and seenAt > ?3", secret.sha256(), now, now.minus(idle))
                .firstResultOptional();
    }

    /** The session that is over now; empty where there was none. */
    @Transactional
    Optional<AdminSession> end(Secret secret) {
        var found = find("sha256", (Object) secret.sha256()).firstResultOptional();
        found.ifPresent(session -> delete("sha256", (Object) secret.sha256()));
        return found;
    }
}
