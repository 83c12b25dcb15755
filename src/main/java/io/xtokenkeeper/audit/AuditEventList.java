package io.xtokenkeeper.audit;

import io.quarkus.panache.common.Sort;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
        return find(filter, "id > :position", id, Sort.ascending("id"), limit);
    }

    /** Returns at most {@code limit} events before {@code id}, the newest first; without it the newest of all. */
    @Transactional
    public List<AuditEvent> before(Optional<Long> id, AuditEventFilter filter, int limit) {
        return find(filter, "id < :position", id.orElse(Long.MAX_VALUE), Sort.descending("id"), limit);
    }

    private List<AuditEvent> find(AuditEventFilter filter, String beyond, long position, Sort order, int limit) {
        var conditions = new ArrayList<String>();
        var values = new HashMap<String, Object>();
        conditions.add(beyond);
        values.put("position", position);
        filter.accounts().ifPresent(accounts -> {
            conditions.add("accountId in :accounts");
            values.put("accounts", accounts.stream().map(AccountId::value).toList());
        });
        filter.type().ifPresent(type -> equal("type", type, conditions, values));
        filter.actor().ifPresent(actor -> equal("actor", actor, conditions, values));
        filter.from().ifPresent(from -> {
            conditions.add("at >= :from and id >= :lowest");
            values.put("from", from);
            values.put("lowest", firstSince(from.minus(DISORDER)));
        });
        filter.to().ifPresent(to -> {
            conditions.add("at < :to and id < :end");
            values.put("to", to);
            values.put("end", firstSince(to.plus(DISORDER)));
        });
        return events.find(String.join(" and ", conditions), order, values)
                .range(0, limit - 1)
                .list();
    }

    private static void equal(String name, String value, List<String> conditions, Map<String, Object> values) {
        conditions.add(name + " = :" + name);
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
