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
 * <p>A connection pooler (PgBouncer in transaction mode, say) answers for the server and gives each transaction another
 * session of it. It is recognized by the session's process id, which it does not know when a client connects. Behind one,
 * nothing of a session may be relied on or changed: no prepared statements, no settings.
 *
 * <p>On a connection of its own, statements are prepared after a few executions, and run READ COMMITTED, for which they are
 * written, whatever the server's default is: above it, claims and saves of several replicas fail on each other.
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

    /** Whether the connections that are made now go through a connection pooler. */
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
                // the pool forgets a connection that is refused here, and does not close it
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
