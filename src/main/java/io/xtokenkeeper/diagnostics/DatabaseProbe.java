package io.xtokenkeeper.diagnostics;

import io.xtokenkeeper.encryption.DataKeyRepository;
import io.xtokenkeeper.encryption.WrappedKey;
import io.xtokenkeeper.persistence.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGConnection;

/** Inspects the database without starting the service; changes nothing. */
public final class DatabaseProbe {
    /** The version of the newest migration in this build. */
    public static final int NEWEST_SCHEMA = 18;

    private static final String TIME =
            "select clock_timestamp(), pg_is_in_recovery(), getdatabaseencoding(), pg_backend_pid(),"
                    + " pg_postmaster_start_time() || current_database()";

    private static final String IS_THERE = "select to_regclass(?) is not null";

    private static final String SCHEMA = """
            select version::integer from flyway_schema_history
             where success and version is not null
             order by installed_rank desc limit 1""";

    private final String url;
    private final Properties login;

    /** @param login user and password, under the driver's property names */
    public DatabaseProbe(String url, Properties login) {
        this.url = url;
        this.login = login;
    }

    /**
     * What the probe found.
     *
     * @param time by the database's clock
     * @param pooled whether the connection goes through a connection pooler
     * @param database identifies server and database: the server's start time and the database's name
     * @param schema the newest migration that was applied, empty in a new database
     * @param dataKeys wrapped; none in a new database
     */
    public record Seen(
            Instant time,
            boolean readOnly,
            String encoding,
            boolean pooled,
            String database,
            Optional<Integer> schema,
            List<WrappedKey> dataKeys) {}

    /**
     * Why the encoding cannot be used, empty if it can: users' names may contain any character, and only UTF8 can store all
     * of them.
     *
     * @param encoding PostgreSQL's name of it
     */
    public static Optional<String> encodingProblem(String encoding) {
        return encoding.equals("UTF8")
                ? Optional.empty()
                : Optional.of("the database's encoding is " + encoding + ", it must be UTF8: create one with"
                        + " CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0");
    }

    /** @throws DatabaseException if the database cannot be reached or read */
    public Seen look() {
        try (var connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(TIME)) {
            row.next();
            var time = row.getObject(1, Timestamp.class).toInstant();
            // a pooler does not know the later session's process id when a client connects
            var pooled = row.getInt(4) != connection.unwrap(PGConnection.class).getBackendPID();
            return new Seen(
                    time,
                    row.getBoolean(2),
                    row.getString(3),
                    pooled,
                    row.getString(5),
                    schema(connection),
                    dataKeys(connection));
        } catch (SQLException e) {
            throw new DatabaseException("looking at the database", e);
        }
    }

    private Connection connect() throws SQLException {
        var connection = new Driver().connect(url, login);
        if (connection == null) {
            throw new SQLException("the address does not begin with jdbc:postgresql:");
        }
        return connection;
    }

    private static Optional<Integer> schema(Connection connection) throws SQLException {
        if (!isThere(connection, "flyway_schema_history")) {
            return Optional.empty();
        }
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(SCHEMA)) {
            return rows.next() ? Optional.of(rows.getInt(1)) : Optional.empty();
        }
    }

    private static List<WrappedKey> dataKeys(Connection connection) throws SQLException {
        if (!isThere(connection, "data_key")) {
            return List.of();
        }
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(DataKeyRepository.ALL)) {
            var keys = new ArrayList<WrappedKey>();
            while (rows.next()) {
                keys.add(new WrappedKey(
                        rows.getInt("id"),
                        rows.getBytes("wrapped"),
                        rows.getString("master_key_id"),
                        rows.getBoolean("settled")));
            }
            return keys;
        }
    }

    private static boolean isThere(Connection connection, String table) throws SQLException {
        try (var statement = connection.prepareStatement(IS_THERE)) {
            statement.setString(1, table);
            try (var there = statement.executeQuery()) {
                return there.next() && there.getBoolean(1);
            }
        }
    }
}
