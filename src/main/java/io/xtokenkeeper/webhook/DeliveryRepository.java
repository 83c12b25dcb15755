package io.xtokenkeeper.webhook;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The log of deliveries. Sending them is {@link DeliveryQueue}'s. */
@ApplicationScoped
@DatabaseAccess
public class DeliveryRepository implements PanacheRepositoryBase<Delivery, String> {
    private static final String TEST = """
            insert into webhook_delivery (id, webhook_id, type, occurred_at) values (:id, :webhook, :type, :now)""";

    /** All attempts are open to it again; one that is in flight no longer counts. */
    private static final String RESEND = """
            update webhook_delivery
               set status = 'PENDING', tries = 0, next_try_at = clock_timestamp()
             where webhook_id = :webhook and id = :id""";

    private static final String PURGE = """
            delete from webhook_delivery where id in (
                select id from webhook_delivery where created_at < :before limit 1000 for update skip locked)""";

    private final Database database;

    DeliveryRepository(Database database) {
        this.database = database;
    }

    /**
     * At most {@code limit}, the newest first.
     *
     * @param before only such as came before this one
     */
    @Transactional
    public List<Delivery> page(String webhook, Optional<Delivery.State> state, Optional<Long> before, int limit) {
        var last = before.orElse(Long.MAX_VALUE);
        var deliveries = state.isPresent()
                ? find("webhookId = ?1 and seq < ?2 and status = ?3 order by seq desc", webhook, last, state.get())
                : find("webhookId = ?1 and seq < ?2 order by seq desc", webhook, last);
        return deliveries.range(0, limit - 1).list();
    }

    /** An event of this webhook alone, without an audit event. */
    @Transactional
    Delivery test(String webhook, String id, String type, Instant now) {
        database.statement("adding a test delivery", TEST)
                .set("id", id)
                .set("webhook", webhook)
                .set("type", type)
                .set("now", now)
                .update();
        return findById(id);
    }

    /** Due at once, under the same id, whatever became of it before; empty where there is none. */
    @Transactional
    public Optional<Delivery> resend(String webhook, String id) {
        var found = database.statement("sending delivery " + id + " again", RESEND)
                .set("webhook", webhook)
                .set("id", id)
                .update();
        return found > 0 ? findByIdOptional(id) : Optional.empty();
    }

    /** Deletes some of those that were made before {@code before}. */
    void purge(Instant before) {
        database.statement("deleting old deliveries", PURGE)
                .set("before", before)
                .update();
    }

    /** How many wait for an attempt, at webhooks that are not disabled. */
    @Transactional
    long pending() {
        return count(
                "status = ?1 and webhookId in (select id from Webhook where disabledAt is null)",
                Delivery.State.PENDING);
    }
}
