package io.xtokenkeeper.webhook;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Reads and purges the log of deliveries, and adds test messages and resends. {@link DeliveryQueue} has the deliveries to
 * send.
 */
@ApplicationScoped
@DatabaseAccess
public class DeliveryRepository implements PanacheRepositoryBase<Delivery, String> {
    private static final String TEST = """
            insert into webhook_delivery (id, webhook_id, type, occurred_at) values (:id, :webhook, :type, :now)""";

    /**
     * The attempts are counted from zero again. The result of an attempt in flight is ignored, unless the delivery has the
     * same attempt number again by then.
     */
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
     * Returns at most {@code limit} deliveries, the newest first.
     *
     * @param before only deliveries with a lower {@code seq}
     */
    @Transactional
    public List<Delivery> page(String webhook, Optional<Delivery.State> state, Optional<Long> before, int limit) {
        var last = before.orElse(Long.MAX_VALUE);
        var deliveries = state.isPresent()
                ? find("webhookId = ?1 and seq < ?2 and status = ?3 order by seq desc", webhook, last, state.get())
                : find("webhookId = ?1 and seq < ?2 order by seq desc", webhook, last);
        return deliveries.range(0, limit - 1).list();
    }

    /** Adds a delivery for this webhook only, with no audit event. */
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

    /** Makes a delivery due immediately, with the same id and whatever its state; empty if there is no such delivery. */
    @Transactional
    public Optional<Delivery> resend(String webhook, String id) {
        var found = database.statement("sending delivery " + id + " again", RESEND)
                .set("webhook", webhook)
                .set("id", id)
                .update();
        return found > 0 ? findByIdOptional(id) : Optional.empty();
    }

    /** Deletes at most 1,000 deliveries that were created before {@code before}. */
    void purge(Instant before) {
        database.statement("deleting old deliveries", PURGE)
                .set("before", before)
                .update();
    }

    /** How many deliveries are pending, at webhooks that are not disabled. */
    @Transactional
    long pending() {
        return count(
                "status = ?1 and webhookId in (select id from Webhook where disabledAt is null)",
                Delivery.State.PENDING);
    }
}
