package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How refreshes went, by the minute, added up over all replicas and kept for two days. */
@Singleton
public class RefreshMinutes {
    private static final Duration KEPT = Duration.ofDays(2);

    private static final String ADD = """
            insert into refresh_minute as had (minute, outcome, band, calls) values (?, ?, ?, ?)
            on conflict (minute, outcome, band) do update set calls = had.calls + excluded.calls""";

    private static final String FORGET = "delete from refresh_minute where minute < ?";

    private static final String READ = """
            select date_bin(?::interval, minute, 'epoch') as slot, outcome, band, sum(calls)
              from refresh_minute where minute >= ? group by slot, outcome, band order by slot""";

    private static final Comparator<Count> ORDER =
            Comparator.comparing(Count::minute).thenComparing(Count::outcome).thenComparingInt(Count::band);

    private final AgroalDataSource database;

    RefreshMinutes(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * Refreshes that went alike.
     *
     * @param minute when it begins, or the slot that several minutes were added up to
     * @param band of X's time to answer, counted from 0
     */
    public record Count(Instant minute, String outcome, int band, long calls) {}

    /** Adds to what is there, all or nothing; forgets what is old. */
    public void add(List<Count> counts, Instant now) {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var insert = connection.prepareStatement(ADD);
                    var delete = connection.prepareStatement(FORGET)) {
                // two replicas that write the same rows in another order each would wait for one another
                for (var count : counts.stream().sorted(ORDER).toList()) {
                    insert.setObject(1, Times.at(count.minute()));
                    insert.setString(2, count.outcome());
                    insert.setInt(3, count.band());
                    insert.setLong(4, count.calls());
                    insert.addBatch();
                }
                insert.executeBatch();
                delete.setObject(1, Times.at(now.minus(KEPT)));
                delete.executeUpdate();
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException("counting refreshes", e);
        }
    }

    /** Since {@code from}, added up to slots of this length, in their order. */
    public List<Count> since(Instant from, Duration slot) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(READ)) {
            select.setString(1, slot.toString());
            select.setObject(2, Times.at(from));
            var counts = new ArrayList<Count>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    counts.add(new Count(
                            Times.instant(rows, 1).orElseThrow(), rows.getString(2), rows.getInt(3), rows.getLong(4)));
                }
            }
            return counts;
        } catch (SQLException e) {
            throw new StoreException("reading how refreshes went", e);
        }
    }
}
