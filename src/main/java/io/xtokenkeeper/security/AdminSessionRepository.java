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

/** Stores the sessions of admins. The methods join the caller's transaction, if there is one. */
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

    /** Adds a session, and deletes up to 100 expired ones, so that no separate job is needed. */
    @Transactional
    void create(AdminSession session, Instant now) {
        database.statement("deleting expired sessions", PURGE).set("now", now).update();
        persistAndFlush(session);
    }

    /** The session, if it has not ended, and records the time of its use. */
    @Transactional
    Optional<AdminSession> touch(Secret secret, Instant now, Duration idle) {
        var found = find(secret, now, idle);
        found.ifPresent(session -> update("seenAt = greatest(seenAt, ?1) where sha256 = ?2", now, secret.sha256()));
        return found;
    }

    /** The session, if it has not ended. Does not extend it. */
    @Transactional
    Optional<AdminSession> find(Secret secret, Instant now, Duration idle) {
        return find("sha256 = ?1 and expiresAt > ?2 and seenAt > ?3", secret.sha256(), now, now.minus(idle))
                .firstResultOptional();
    }

    /** Deletes the session and returns it; empty if there was none. */
    @Transactional
    Optional<AdminSession> end(Secret secret) {
        var found = find("sha256", (Object) secret.sha256()).firstResultOptional();
        found.ifPresent(session -> delete("sha256", (Object) secret.sha256()));
        return found;
    }
}
