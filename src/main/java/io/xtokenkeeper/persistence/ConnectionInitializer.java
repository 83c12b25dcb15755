package io.xtokenkeeper.persistence;

import io.agroal.api.AgroalPoolInterceptor;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;

/**
 * Prepares each new connection of the pool for our statements, in one round trip.
 *
 * <p>A connection pooler (for example PgBouncer in transaction mode) may run each transaction in another session of the
 * server. It is detected by comparing the backend process id that the client received when it connected with the one that
 * the session reports: a pooler does not know the latter when a client connects. Behind a pooler no session state may be
 * relied on or changed: no prepared statements, no settings.
 *
 * <p>On a direct connection, statements are prepared after a few executions and run READ COMMITTED, for which they are
 * written, whatever the server's default is: with a higher isolation level, claims and saves of several replicas fail with
 * serialization errors.
 */
@Singleton
public class ConnectionInitializer implements AgroalPoolInterceptor {
    private static final Logger LOG = Logger.getLogger(ConnectionInitializer.class);
    private static final String READ_COMMITTED = "read committed";

    private static final String INITIALIZE = """
            select pg_backend_pid() as session, current_setting('default_transaction_isolation') as isolation,
                   case pg_backend_pid()
                   when ? then set_config('default_transaction_isolation', 'read committed', false) end""";

    private volatile boolean pooled;

    /** Whether the newest connections go through a connection pooler. */
    public boolean isBehindPooler() {
        return pooled;
    }

    @Override
    public void onConnectionCreate(Connection connection) {
        try {
            var physical = connection.unwrap(Connection.class);
            try {
                initialize(physical);
            } catch (SQLException e) {
                // the pool drops a connection that is rejected here without closing it
                physical.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new DatabaseException("preparing a connection", e);
        }
    }

    private void initialize(Connection physical) throws SQLException {
        var driver = physical.unwrap(PGConnection.class);
        try (var statement = physical.prepareStatement(INITIALIZE)) {
            statement.setInt(1, driver.getBackendPID());
            try (var row = statement.executeQuery()) {
                row.next();
                var behindPooler = row.getInt("session") != driver.getBackendPID();
                if (behindPooler) {
                    driver.setPrepareThreshold(0);
                }
                logChange(behindPooler, row.getString("isolation"));
                pooled = behindPooler;
            }
        }
    }

    private void logChange(boolean behindPooler, String isolation) {
        if (!behindPooler || pooled) {
            return;
        }
        LOG.info("Database connections go through a connection pooler: statements are not prepared");
        if (!isolation.equals(READ_COMMITTED)) {
            LOG.warnf(
                    "The server's default_transaction_isolation is %s: replicas fail on each other and try again. Behind a"
                            + " connection pooler only the database can change that: ALTER ROLE … IN DATABASE … SET"
                            + " default_transaction_isolation = 'read committed', then let the pooler reconnect",
                    isolation);
        }
    }
}
