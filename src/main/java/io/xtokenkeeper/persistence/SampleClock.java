package io.xtokenkeeper.persistence;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import org.jboss.logging.Logger;

/**
 * Reads the database's time for {@link DatabaseClock}: once at start, and with each heartbeat or poll of the notification
 * listener.
 */
@Singleton
public class SampleClock {
    private static final Logger LOG = Logger.getLogger(SampleClock.class);
    private static final String TIME = "select clock_timestamp() as database_time";

    private final AgroalDataSource database;
    private final DatabaseClock clock;

    SampleClock(AgroalDataSource database, DatabaseClock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Called before any decision that depends on the time. If the database is unavailable, the first heartbeat is the first
     * sample.
     */
    public void start() {
        try {
            sample();
        } catch (SQLException e) {
            LOG.warnf("Cannot read the database's time, this host's counts until then: %s", e.getMessage());
        }
    }

    /** Over a connection of the pool. */
    public void sample() throws SQLException {
        try (var connection = database.getConnection();
                var time = connection.prepareStatement(TIME)) {
            by(time);
        }
    }

    /** @param statement returns one row with {@code database_time}, from {@code clock_timestamp()} */
    public void by(PreparedStatement statement) throws SQLException {
        var sent = System.nanoTime();
        try (var row = statement.executeQuery()) {
            var received = System.nanoTime();
            row.next();
            clock.sample(row.getObject("database_time", OffsetDateTime.class).toInstant(), sent, received);
        }
    }
}
