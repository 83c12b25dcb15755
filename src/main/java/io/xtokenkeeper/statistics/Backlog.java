package io.xtokenkeeper.statistics;

import io.xtokenkeeper.persistence.Database;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/** Measures the backlog of due refreshes of all replicas. Reads only the partial index that claims use. */
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
     * The backlog at a moment.
     *
     * @param due accounts whose refresh is due
     * @param overdue accounts that have been due for more than a minute
     * @param oldestSeconds how long the account that waits longest has been due
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
