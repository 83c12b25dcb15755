package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** When the next refreshes fall due. Read from the claim's index alone. */
@Singleton
public class DueSoon {
    /** No picture needs more of them, and no look may cost more. */
    public static final int MOST = 100_000;

    private static final String READ = """
            select date_bin('1 minute', greatest(due.at, ?), 'epoch') as minute, count(*)
              from (select next_refresh_at as at from account
                     where status = 'ACTIVE' and next_refresh_at < ? order by next_refresh_at limit ?) due
             group by minute""";

    private final AgroalDataSource database;

    DueSoon(AgroalDataSource database) {
        this.database = database;
    }

    /** How many in each minute that has some, the first {@link #MOST} of them; what is due already counts for now. */
    public Map<Instant, Long> within(Duration ahead, Instant now) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(READ)) {
            select.setObject(1, Times.at(now));
            select.setObject(2, Times.at(now.plus(ahead)));
            select.setInt(3, MOST);
            var due = new HashMap<Instant, Long>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    due.put(Times.instant(rows, 1).orElseThrow(), rows.getLong(2));
                }
            }
            return due;
        } catch (SQLException e) {
            throw new StoreException("reading what is due soon", e);
        }
    }
}
