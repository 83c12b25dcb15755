package io.xtokenkeeper.vault;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/** Looks at the database before and without the service; changes nothing. */
public final class VisitDatabase {
    private static final String TIME = "select clock_timestamp(), pg_is_in_recovery()";

    private static final String IS_THERE = "select to_regclass('flyway_schema_history') is not null";

    private static final String SCHEMA = """
            select version from flyway_schema_history
             where success and version is not null
             order by installed_rank desc limit 1""";

    private final String url;
    private final Properties login;

    /** @param login user and password, as the driver calls them */
    public VisitDatabase(String url, Properties login) {
        this.url = url;
        this.login = login;
    }

    /**
     * @param time by the database's clock
     * @param schema the newest migration that was applied, empty in a database that is new
     */
    public record Seen(Instant time, boolean readOnly, Optional<String> schema) {}

    /** @throws StoreException where it cannot be reached or read */
    public Seen look() {
        try (var connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(TIME)) {
            row.next();
            var time = row.getObject(1, Timestamp.class).toInstant();
            return new Seen(time, row.getBoolean(2), schema(connection));
        } catch (SQLException e) {
            throw new StoreException("looking at the database", e);
        }
    }

    private Connection connect() throws SQLException {
        var connection = new Driver().connect(url, login);
        if (connection == null) {
            throw new SQLException("the address does not begin with jdbc:postgresql:");
        }
        return connection;
    }

    private static Optional<String> schema(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            try (var there = statement.executeQuery(IS_THERE)) {
                if (!there.next() || !there.getBoolean(1)) {
                    return Optional.empty();
                }
            }
            try (var rows = statement.executeQuery(SCHEMA)) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }
}
