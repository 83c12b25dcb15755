package io.xtokenkeeper.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Runs plain statements on a database, as tests write them. */
public final class TestSql {
    /** Opens connections. */
    @FunctionalInterface
    interface Connections {
        Connection open() throws SQLException;
    }

    private final Connections database;

    public TestSql(DataSource database) {
        this((Connections) database::getConnection);
    }

    TestSql(Connections database) {
        this.database = database;
    }

    /** The first column of every row. */
    public List<String> query(String sql) {
        try (var connection = database.open();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return firstColumn(rows);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    static List<String> firstColumn(ResultSet rows) throws SQLException {
        var found = new ArrayList<String>();
        while (rows.next()) {
            found.add(rows.getString(1));
        }
        return found;
    }

    /** Number of rows of {@code from}, a table with or without conditions. */
    public long count(String from) {
        return Long.parseLong(query("select count(*) from " + from).getFirst());
    }

    public int update(String sql) {
        try (var connection = database.open();
                var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
