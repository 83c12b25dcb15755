package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** How far refreshing is behind, over all replicas. Read from the claim's index alone. */
@Singleton
public class Backlog {
    private static final Duration OVERDUE = Duration.ofMinutes(1);

    private static final String MEASURE = """
            select count(*), count(*) filter (where next_refresh_at < ?),
                   coalesce(extract(epoch from ?::timestamptz - min(next_refresh_at)), 0)
              from account where status = 'ACTIVE' and next_refresh_at <= ?""";

    private final AgroalDataSource database;

    Backlog(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * @param due accounts whose time has come
     * @param overdue those that have waited for more than a minute
     * @param oldestSeconds how long the first of them has waited
     */
    public record Figures(long due, long overdue, double oldestSeconds) {
        public static final Figures NONE = new Figures(0, 0, 0);
    }

    /** @throws StoreException where the store is away */
    public Figures measure(Instant now) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(MEASURE)) {
            select.setObject(1, Times.at(now.minus(OVERDUE)));
            select.setObject(2, Times.at(now));
            select.setObject(3, Times.at(now));
            try (var row = select.executeQuery()) {
                row.next();
                return new Figures(row.getLong(1), row.getLong(2), row.getDouble(3));
            }
        } catch (SQLException e) {
            throw new StoreException("measuring the backlog", e);
        }
    }
}
