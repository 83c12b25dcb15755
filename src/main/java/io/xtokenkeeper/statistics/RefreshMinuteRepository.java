package io.xtokenkeeper.statistics;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.statistics.RefreshMinute.Count;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Stores refresh counts per minute, added up over all replicas and kept for two days. */
@ApplicationScoped
@DatabaseAccess
public class RefreshMinuteRepository implements PanacheRepositoryBase<RefreshMinute, RefreshMinute.Key> {
    private static final Duration KEPT = Duration.ofDays(2);

    private static final String ADD = """
            insert into refresh_minute as had (minute, outcome, band, calls) values (:minute, :outcome, :band, :calls)
            on conflict (minute, outcome, band) do update set calls = had.calls + excluded.calls""";

    private static final String READ = """
            select to_timestamp(floor(extract(epoch from minute) / :slot) * :slot) as slot, outcome, band, sum(calls) as calls
              from refresh_minute where minute >= :from group by slot, outcome, band order by slot""";

    private static final Comparator<Count> ORDER =
            Comparator.comparing(Count::minute).thenComparing(Count::outcome).thenComparingInt(Count::band);

    private final Database database;

    RefreshMinuteRepository(Database database) {
        this.database = database;
    }

    /** Adds the counts in one transaction and deletes those older than two days. */
    @Transactional
    public void add(List<Count> counts, Instant now) {
        var insert = database.statement("counting refreshes", ADD);
        // in a fixed order, so that two replicas do not deadlock
        counts.stream()
                .sorted(ORDER)
                .forEach(count -> insert.set("minute", count.minute())
                        .set("outcome", count.outcome())
                        .set("band", count.band())
                        .set("calls", count.calls())
                        .addBatch());
        insert.updateBatch();
        delete("key.minute < ?1", now.minus(KEPT));
    }

    /** Returns the counts since {@code from}, added up to slots of this length, oldest first. */
    public List<Count> since(Instant from, Duration slot) {
        return database.statement("reading how refreshes went", READ)
                .set("slot", slot.toSeconds())
                .set("from", from)
                .list(row ->
                        new Count(row.instant("slot"), row.text("outcome"), row.integer("band"), row.number("calls")));
    }
}
