package io.xtokenkeeper.refresh;

import io.xtokenkeeper.persistence.Database;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/** How far refreshing is behind, over all replicas. Read from the claim's index alone. */
@Singleton
public class Backlog {
    private static final Duration OVERDUE = Duration.ofMinutes(1);

    private static final String MEASURE = """
            select count(*) as due, count(*) filter (where next_refresh_at < :overdue) as overdue,
                   coalesce(extract(epoch from :now::timestamptz - min(next_refresh_at)), 0) as oldest
              from account where status = 'ACTIVE' and next_refresh_at <= :now""";

    private final Database database;

    Backlog(Database database) {
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

    public Figures measure(Instant now) {
        return database.statement("measuring the backlog", MEASURE)
                .set("overdue", now.minus(OVERDUE))
                .set("now", now)
                .one(row -> new Figures(row.number("due"), row.number("overdue"), row.decimal("oldest")));
    }
}
