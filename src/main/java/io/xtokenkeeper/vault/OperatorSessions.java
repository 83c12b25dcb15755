package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.token.Secret;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Sessions of operators in their table, by the SHA-256 of what the browser holds. */
@Singleton
public class OperatorSessions {
    /** Sweeps a few that are over on the way, so that nothing else needs to. */
    private static final String BEGIN = """
            with over as (
                delete from operator_session where sha256 in (
                    select sha256 from operator_session where expires_at < ? limit 100 for update skip locked))
            insert into operator_session (sha256, id, key_id, created_at, expires_at, seen_at)
            values (?, ?, ?, ?, ?, ?)""";

    private static final String SEE = """
            update operator_session set seen_at = greatest(seen_at, ?)
             where sha256 = ? and expires_at > ? and seen_at > ?
            returning id, key_id""";

    private static final String LOOK = """
            select id, key_id from operator_session where sha256 = ? and expires_at > ? and seen_at > ?""";

    private static final String END = "delete from operator_session where sha256 = ? returning id, key_id";

    private final AgroalDataSource database;

    OperatorSessions(AgroalDataSource database) {
        this.database = database;
    }

    /** Takes part in the caller's transaction, if there is one. */
    public void begin(OperatorSession session, Secret secret, Instant now, Duration life) {
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement(BEGIN)) {
            insert.setObject(1, Times.at(now));
            insert.setBytes(2, secret.sha256());
            insert.setString(3, session.id());
            insert.setString(4, session.keyId());
            insert.setObject(5, Times.at(now));
            insert.setObject(6, Times.at(now.plus(life)));
            insert.setObject(7, Times.at(now));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("beginning a session", e);
        }
    }

    /** The session, if it is not over, noting that it is in use. One round trip. */
    public Optional<OperatorSession> see(Secret secret, Instant now, Duration idle) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(SEE)) {
            update.setObject(1, Times.at(now));
            update.setBytes(2, secret.sha256());
            update.setObject(3, Times.at(now));
            update.setObject(4, Times.at(now.minus(idle)));
            try (var row = update.executeQuery()) {
                return session(row);
            }
        } catch (SQLException e) {
            throw new StoreException("looking up a session", e);
        }
    }

    /** The session, if it is not over, which does not keep it from ending. */
    public Optional<OperatorSession> look(Secret secret, Instant now, Duration idle) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(LOOK)) {
            select.setBytes(1, secret.sha256());
            select.setObject(2, Times.at(now));
            select.setObject(3, Times.at(now.minus(idle)));
            try (var row = select.executeQuery()) {
                return session(row);
            }
        } catch (SQLException e) {
            throw new StoreException("looking up a session", e);
        }
    }

    /** The session that is over now; empty where there was none. Takes part in the caller's transaction. */
    public Optional<OperatorSession> end(Secret secret) {
        try (var connection = database.getConnection();
                var delete = connection.prepareStatement(END)) {
            delete.setBytes(1, secret.sha256());
            try (var row = delete.executeQuery()) {
                return session(row);
            }
        } catch (SQLException e) {
            throw new StoreException("ending a session", e);
        }
    }

    private static Optional<OperatorSession> session(ResultSet row) throws SQLException {
        return row.next() ? Optional.of(new OperatorSession(row.getString(1), row.getString(2))) : Optional.empty();
    }
}
