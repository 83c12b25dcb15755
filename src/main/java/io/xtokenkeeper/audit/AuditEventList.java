package io.xtokenkeeper.audit;

import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lists audit events by account, type, actor and time, in pages. Ids are in the order of time, so each page is read through an
 * index that ends with the id, however many events there are.
 */
@ApplicationScoped
@DatabaseAccess
public class AuditEventList {
    /** How far the times of events may be out of the order of their ids, because replicas record at the same time. */
    private static final Duration DISORDER = Duration.ofMinutes(1);

    private static final String FIRST_SINCE = "select id from audit_event where at >= :at order by at, id limit 1";

    private final AuditEventRepository events;
    private final Database database;

    AuditEventList(AuditEventRepository events, Database database) {
        this.events = events;
        this.database = database;
    }

    /** Returns at most {@code limit} events after {@code id}, the oldest first. */
    @Transactional
    public List<AuditEvent> after(long id, AuditEventFilter filter, int limit) {
        return filter.isWholeScope()
                ? events.after(id, filter.scope(), limit)
                : find(filter, "id > :position", id, "asc", limit);
    }

    /** Returns at most {@code limit} events before {@code id}, the newest first; without it the newest of all. */
    @Transactional
    public List<AuditEvent> before(Optional<Long> id, AuditEventFilter filter, int limit) {
        return find(filter, "id < :position", id.orElse(Long.MAX_VALUE), "desc", limit);
    }

    private List<AuditEvent> find(AuditEventFilter filter, String beyond, long position, String order, int limit) {
        var conditions = new StringBuilder(beyond);
        var values = new HashMap<String, Object>();
        values.put("position", position);
        values.put("limit", limit);
        filter.type().ifPresent(type -> equal("type", type, conditions, values));
        filter.actor().ifPresent(actor -> equal("actor", actor, conditions, values));
        filter.from().ifPresent(from -> {
            conditions.append(" and at >= :from and id >= :lowest");
            values.put("from", from);
            values.put("lowest", firstSince(from.minus(DISORDER)));
        });
        filter.to().ifPresent(to -> {
            conditions.append(" and at < :to and id < :end");
            values.put("to", to);
            values.put("end", firstSince(to.plus(DISORDER)));
        });
        var ordered = " order by id " + order + " limit :limit";
        var select = "select id from audit_event where " + conditions;
        var sql = filter.scope().accounts().isEmpty()
                ? select + ordered
                // one branch per index: with a single condition PostgreSQL might scan the whole trail
                : "select id from ((" + select + " and account_id = any(:accounts)" + ordered + ") union (" + select
                        + " and reference = any(:references)" + ordered + ")) found" + ordered;
        filter.scope().accounts().ifPresent(accounts -> {
            values.put("accounts", accounts);
            values.put("references", filter.scope().references());
        });
        var statement = database.statement("listing events", sql);
        values.forEach(statement::set);
        return events.list("id in ?1 order by id " + order, statement.list(row -> row.number("id")));
    }

    private static void equal(String name, String value, StringBuilder conditions, Map<String, Object> values) {
        conditions.append(" and ").append(name).append(" = :").append(name);
        values.put(name, value);
    }

    /** The id of the first event at this time or later; higher than all if there is none. */
    private long firstSince(Instant at) {
        return database.statement("finding the first event since " + at, FIRST_SINCE)
                .set("at", at)
                .first(row -> row.number("id"))
                .orElse(Long.MAX_VALUE);
    }
}
