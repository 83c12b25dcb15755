package io.xtokenkeeper.persistence;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import org.jboss.logging.Logger;

/** Asks the database for its time: once at start, and as often as the notification listener beats or polls. */
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

    /** Before anything is judged by the time. Where the database cannot be asked, the first heartbeat is the first sample. */
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

    /** @param statement gives one row with {@code database_time}, from {@code clock_timestamp()} */
    public void by(PreparedStatement statement) throws SQLException {
        var sent = System.nanoTime();
        try (var row = statement.executeQuery()) {
            var received = System.nanoTime();
            row.next();
            clock.sample(row.getObject("database_time", OffsetDateTime.class).toInstant(), sent, received);
        }
    }
}
