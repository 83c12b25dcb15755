package io.xtokenkeeper.audit;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.DisplayText;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.persistence.Statement;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** Adds, reads and purges audit events in the table {@code audit_event}. An event is never changed. */
@ApplicationScoped
@DatabaseAccess
public class AuditEventRepository implements PanacheRepositoryBase<AuditEvent, Long>, AuditTrail {
    /**
     * A common table expression to insert events from. Its lock makes ids increase in the order of commits, so that a reader
     * who continues after an id misses no event.
     */
    public static final String TURN = "turn as materialized (select pg_advisory_xact_lock(7234017283807667300))";

    private static final int MAX_DETAIL = 500;

    private static final String RECORD = "with " + TURN + """
             insert into audit_event (at, type, actor, account_id, address, outcome, detail, reference, link)
            select :at, :type, :actor, :account, :address, :outcome, :detail,
                   coalesce(:reference, first_reference(:account)), :link from turn""";

    /** One branch per index: with a single condition PostgreSQL might scan the whole trail. */
    private static final String FILTERED = """
            select id
              from ((select id from audit_event where id > :after and account_id = any(:accounts)
                      order by id limit :limit)
                    union
                    (select id from audit_event where id > :after and reference = any(:references)
                      order by id limit :limit)) found
             order by id limit :limit""";

    private static final String NEWEST = "select coalesce(max(id), 0) as newest from audit_event";

    private static final String PURGE = "select forget_events(:age::interval, :limit) as purged";

    private final Database database;
    private final InstantSource clock;

    AuditEventRepository(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void record(NewAuditEvent event) {
        values(database.statement("recording " + event.type().word(), RECORD), event, clock.instant())
                .update();
    }

    private static Statement values(Statement insert, NewAuditEvent event, Instant now) {
        return insert.set("at", now)
                .set("type", event.type().word())
                .set("actor", event.actor())
                .set("account", event.account().map(AccountId::value))
                .set("address", event.address())
                .set("outcome", event.outcome())
                .set("reference", event.reference())
                .set("link", event.link())
                .set("detail", event.detail().flatMap(detail -> DisplayText.line(detail, MAX_DETAIL)));
    }

    /** Records several events in the caller's transaction. */
    public static void record(Database database, List<NewAuditEvent> events, Instant now) {
        if (!events.isEmpty()) {
            var insert = database.statement("recording " + events.size() + " events", RECORD);
            events.forEach(event -> values(insert, event, now).addBatch());
            insert.updateBatch();
        }
    }

    /** Returns at most {@code limit} events after {@code id} of the scope, in the order of ids. */
    @Transactional
    public List<AuditEvent> after(long id, AuditEventScope scope, int limit) {
        return scope.accounts()
                .map(accounts -> list("id in ?1 order by id", ids(id, accounts, scope.references(), limit)))
                .orElseGet(() ->
                        find("id > ?1 order by id", id).range(0, limit - 1).list());
    }

    private List<Long> ids(long after, Set<AccountId> accounts, Set<String> references, int limit) {
        return database.statement("reading events", FILTERED)
                .set("after", after)
                .set("accounts", accounts)
                .set("references", references)
                .set("limit", limit)
                .list(row -> row.number("id"));
    }

    /** The id of the newest event, 0 where there is none. */
    public long newest() {
        return database.statement("finding the newest event", NEWEST).one(row -> row.number("newest"));
    }

    /** The last {@code limit} events of an account, the newest first. */
    @Transactional
    public List<AuditEvent> latest(AccountId account, int limit) {
        return find("accountId = ?1 order by id desc", account.value())
                .range(0, limit - 1)
                .list();
    }

    /**
     * Deletes at most {@code limit} events that are older than {@code age}, the oldest first.
     *
     * @return how many were deleted
     * @throws io.xtokenkeeper.persistence.DatabaseException also if {@code age} is below the minimum of 30 days that the
     *     database enforces
     */
    long purge(Duration age, int limit) {
        return database.statement("deleting old events", PURGE)
                .set("age", age.toString())
                .set("limit", limit)
                .one(row -> row.number("purged"));
    }
}
