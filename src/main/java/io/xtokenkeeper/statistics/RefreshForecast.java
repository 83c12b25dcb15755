package io.xtokenkeeper.statistics;

import io.xtokenkeeper.persistence.Database;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/** Forecasts when the next refreshes are due. Reads only the partial index that claims use. */
@Singleton
public class RefreshForecast {
    /** Maximum number of accounts that a forecast reads, to limit its cost; a chart needs no more. */
    public static final int MOST = 100_000;

    private static final String READ = """
            select date_trunc('minute', greatest(due.at, :now)) as minute, count(*) as due
              from (select next_refresh_at as at from account
                     where status = 'ACTIVE' and next_refresh_at < :end order by next_refresh_at limit :limit) due
             group by minute""";

    private final Database database;

    RefreshForecast(Database database) {
        this.database = database;
    }

    /**
     * Returns the number of due refreshes per minute, of the first {@link #MOST}; minutes without any are left out,
     * overdue accounts count for {@code now}.
     */
    public Map<Instant, Long> within(Duration ahead, Instant now) {
        return database
                .statement("reading what is due soon", READ)
                .set("now", now)
                .set("end", now.plus(ahead))
                .set("limit", MOST)
                .list(row -> Map.entry(row.instant("minute"), row.number("due")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
