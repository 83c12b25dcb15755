package io.xtokenkeeper.persistence;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One native statement with the values of its parameters. Used once, by one thread. */
public final class Statement {
    private final Database database;
    private final String doing;
    private final NamedSql sql;
    private final List<Map<String, Object>> batch = new ArrayList<>();
    private Map<String, Object> values = new HashMap<>();

    Statement(Database database, String doing, NamedSql sql) {
        this.database = database;
        this.doing = doing;
        this.sql = sql;
    }

    /**
     * @param value text, a number, a boolean, bytes, an {@link Instant}, a {@link Duration} (in milliseconds), an enum (by
     *     its name), a collection (as a text array, to be cast if the column has another type); null or an empty Optional
     *     for SQL's null
     * @throws IllegalArgumentException if the statement has no such parameter
     */
    public Statement set(String name, Object value) {
        if (!sql.names().contains(name)) {
            throw new IllegalArgumentException("no parameter :" + name + " in " + sql.jdbc());
        }
        values.put(name, value instanceof Optional<?> optional ? optional.orElse(null) : value);
        return this;
    }

    /** Ends the values of one execution in a batch, see {@link #updateBatch}. */
    public Statement addBatch() {
        batch.add(values);
        values = new HashMap<>();
        return this;
    }

    /** @return how many rows were inserted, updated or deleted */
    public int update() {
        return run(PreparedStatement::executeUpdate);
    }

    /** Executes the statement once for each {@link #addBatch}, in one round trip. */
    public int[] updateBatch() {
        return database.with(doing, connection -> {
            try (var statement = connection.prepareStatement(sql.jdbc())) {
                for (var each : batch) {
                    bind(connection, statement, each);
                    statement.addBatch();
                }
                return statement.executeBatch();
            }
        });
    }

    /** All rows. */
    public <T> List<T> list(RowMapper<T> mapper) {
        return run(statement -> {
            try (var rows = statement.executeQuery()) {
                var row = new Row(rows);
                var all = new ArrayList<T>();
                while (rows.next()) {
                    all.add(mapper.map(row));
                }
                return all;
            }
        });
    }

    /** The first row; empty if there is none. */
    public <T> Optional<T> first(RowMapper<T> mapper) {
        return run(statement -> {
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(mapper.map(new Row(rows))) : Optional.empty();
            }
        });
    }

    /** The only row of a statement that always returns one. */
    public <T> T one(RowMapper<T> mapper) {
        return first(mapper).orElseThrow();
    }

    private <T> T run(Execution<T> execution) {
        return database.with(doing, connection -> {
            try (var statement = connection.prepareStatement(sql.jdbc())) {
                bind(connection, statement, values);
                return execution.of(statement);
            }
        });
    }

    private void bind(Connection connection, PreparedStatement statement, Map<String, Object> some)
            throws SQLException {
        var position = 1;
        for (var name : sql.names()) {
            if (!some.containsKey(name)) {
                throw new IllegalStateException("no value for :" + name + " in " + sql.jdbc());
            }
            bind(connection, statement, position++, some.get(name));
        }
    }

    private static void bind(Connection connection, PreparedStatement statement, int position, Object value)
            throws SQLException {
        switch (value) {
            case null -> statement.setObject(position, null);
            case Instant instant -> statement.setObject(position, instant.atOffset(ZoneOffset.UTC));
            case Duration duration -> statement.setLong(position, duration.toMillis());
            case Enum<?> constant -> statement.setString(position, constant.name());
            case Collection<?> some -> statement.setArray(position, array(connection, some));
            default -> statement.setObject(position, value);
        }
    }

    private static Array array(Connection connection, Collection<?> values) throws SQLException {
        return connection.createArrayOf(
                "text", values.stream().map(String::valueOf).toArray());
    }

    @FunctionalInterface
    private interface Execution<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    /** Reads one row; must not keep a reference to it. */
    @FunctionalInterface
    public interface RowMapper<T> {
        T map(Row row);
    }
}
