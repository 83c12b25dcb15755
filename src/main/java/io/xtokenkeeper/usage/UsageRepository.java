package io.xtokenkeeper.usage;

import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.persistence.Row;
import io.xtokenkeeper.persistence.Statement;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Stores usage by the hour, added up over all replicas, in the table {@code usage_hour}. Pages are read by comparing rows as
 * a whole, in the order of an index, which HQL cannot say.
 */
@ApplicationScoped
@DatabaseAccess
public class UsageRepository {
    /**
     * Counts of an account that was disconnected meanwhile count under no account: its user may have been erased, and the id
     * must not come back.
     */
    private static final String ADD = """
            insert into usage_hour as had (hour, key_id, account_id, reads, refreshes, calls)
            select :hour, :key, coalesce((select id from account where id = :account), ''), :reads, :refreshes, :calls
            on conflict (hour, key_id, account_id) do update
               set reads = had.reads + excluded.reads, refreshes = had.refreshes + excluded.refreshes,
                   calls = had.calls + excluded.calls""";

    private static final String SUMS = "sum(reads) as reads, sum(refreshes) as refreshes, sum(calls) as calls";

    private static final String PURGE = """
            delete from usage_hour where (hour, key_id, account_id) in (
                select hour, key_id, account_id from usage_hour where hour < :before
                 order by hour, key_id, account_id limit :limit for update skip locked)""";

    private final Database database;

    UsageRepository(Database database) {
        this.database = database;
    }

    /** The place of a row in the order of {@link #page}. */
    public record After(Instant hour, String key, String account) {
        public static After of(UsageHour row) {
            return new After(row.hour(), row.key(), row.account());
        }
    }

    /**
     * Sums of a group of rows.
     *
     * @param name what the rows have in common: a key, an account, or the beginning of a slot of time
     */
    public record Sum<N>(N name, long reads, long refreshes, long calls) {
        private static <N> Sum<N> of(N name, Row row) {
            return new Sum<>(name, row.number("reads"), row.number("refreshes"), row.number("calls"));
        }
    }

    /** The length of a slot of time; slots begin on the hour or at midnight, UTC. */
    public enum Unit {
        HOUR,
        DAY
    }

    /** What rows are grouped by. */
    public enum Group {
        KEY("key_id"),
        ACCOUNT("account_id");

        private final String column;

        Group(String column) {
            this.column = column;
        }
    }

    /** Adds the counts in one transaction. They must be in the order of hour, key and account. */
    @Transactional
    public void add(List<UsageHour> counts) {
        var insert = database.statement("adding usage", ADD);
        counts.forEach(count -> insert.set("hour", count.hour())
                .set("key", count.key())
                .set("account", count.account())
                .set("reads", count.reads())
                .set("refreshes", count.refreshes())
                .set("calls", count.calls())
                .addBatch());
        insert.updateBatch();
    }

    /** Returns at most {@code limit} rows after that place, the newest hour first. */
    public List<UsageHour> page(UsageQuery query, Optional<After> after, int limit) {
        var beyond = after.isPresent() ? " and (hour, key_id, account_id) < (:hour, :afterKey, :afterAccount)" : "";
        var select = select("*", query, beyond + " order by hour desc, key_id desc, account_id desc limit :limit");
        after.ifPresent(place ->
                select.set("hour", place.hour()).set("afterKey", place.key()).set("afterAccount", place.account()));
        return select.set("limit", limit)
                .list(row -> new UsageHour(
                        row.instant("hour"),
                        row.text("key_id"),
                        row.text("account_id"),
                        row.number("reads"),
                        row.number("refreshes"),
                        row.number("calls")));
    }

    /** Returns the sums by time, the oldest first; a slot without usage is left out. */
    public List<Sum<Instant>> over(UsageQuery query, Unit unit) {
        var slot = "date_trunc('" + unit + "', hour, 'UTC')";
        return select(slot + " as slot, " + SUMS, query, " group by slot order by slot")
                .list(row -> Sum.of(row.instant("slot"), row));
    }

    /** Returns the {@code limit} keys or accounts with the highest sums, the highest first. */
    public List<Sum<String>> top(UsageQuery query, Group group, int limit) {
        var name = group.column;
        return select(
                        name + ", " + SUMS,
                        query,
                        " group by " + name + " order by sum(reads + refreshes + calls) desc, " + name
                                + " limit :limit")
                .set("limit", limit)
                .list(row -> Sum.of(row.text(name), row));
    }

    private Statement select(String columns, UsageQuery query, String rest) {
        var sql = "select " + columns + " from usage_hour where hour >= :from and hour < :to"
                + (query.key().isPresent() ? " and key_id = :key" : "")
                + (query.accounts().isPresent() ? " and account_id = any(:accounts)" : "")
                + rest;
        var select = database.statement("reading usage", sql)
                .set("from", query.from())
                .set("to", query.to());
        query.key().ifPresent(key -> select.set("key", key));
        query.accounts().ifPresent(accounts -> select.set("accounts", accounts));
        return select;
    }

    /** Deletes at most {@code limit} rows of hours before {@code before}; returns how many. */
    @Transactional
    int purge(Instant before, int limit) {
        return database.statement("deleting old usage", PURGE)
                .set("before", before)
                .set("limit", limit)
                .update();
    }
}
