package io.xtokenkeeper.persistence;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs native statements with named parameters, for what is not left to the entity mapper: claims with {@code SKIP LOCKED},
 * saves over a fingerprint, queues, re-encryption, purges. A statement takes part in the caller's transaction (the same one
 * as Hibernate's session), and commits by itself if there is none. Every failure is a {@link DatabaseException}.
 */
@Singleton
public class Database {
    private final AgroalDataSource dataSource;
    private final Map<String, NamedSql> parsed = new ConcurrentHashMap<>();

    public Database(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Creates a statement.
     *
     * @param doing what it is for, used in log lines and exception messages: "reading account 7"
     * @param sql with parameters like {@code :id}
     */
    public Statement statement(String doing, String sql) {
        return new Statement(this, doing, parsed.computeIfAbsent(sql, NamedSql::parse));
    }

    /** Runs {@code work} on a connection of the pool, or on that of the caller's transaction. */
    <T> T with(String doing, Work<T> work) {
        try (var connection = dataSource.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw failure(doing, e);
        } catch (Row.ColumnException e) {
            throw failure(doing, e.failure());
        }
    }

    /**
     * Converts a failure of the database to an exception; nothing else does.
     *
     * <p>After a failover, a connection that was opened while its server was read-only stays read-only as long as it is
     * open, even if the server is promoted. So on such a failure all pooled connections are closed, and the next try gets a
     * new one.
     */
    public DatabaseException failure(String doing, SQLException cause) {
        if (SqlStates.isReadOnly(cause)) {
            dataSource.flush(FlushMode.GRACEFUL);
        }
        return new DatabaseException(doing, cause);
    }

    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }
}
