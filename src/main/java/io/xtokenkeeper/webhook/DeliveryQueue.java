package io.xtokenkeeper.webhook;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.Ciphertext;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Turns audit events into deliveries, lets replicas claim them, and records their attempts. An audit event is committed
 * together with the change it reports, and the ids of events are in the order of commits.
 *
 * <ol>
 *   <li>Each event becomes one delivery per webhook, with any number of replicas and whenever one crashes: one statement
 *       inserts the deliveries and advances the cursor.
 *   <li>A claimed delivery belongs to one replica until its lease ends, by the database's clock.
 *   <li>A delivery that was claimed, but whose attempt was never recorded, is sent again.
 * </ol>
 */
@Singleton
class DeliveryQueue {
    private static final Logger LOG = Logger.getLogger(DeliveryQueue.class);

    /** A replica that finds the cursor locked skips the work: another replica is doing it. */
    private static final String FAN_OUT = """
            with mark as (select event_id from webhook_cursor for update skip locked),
            fresh as (
                select e.id, e.at, e.type, e.account_id, e.detail, e.reference, e.link from audit_event e, mark
                 where e.id > mark.event_id order by e.id limit :limit),
            made as (
                insert into webhook_delivery (id, webhook_id, event_id, type, occurred_at, account_id, detail, reference, link)
                select 'msg_' || replace(gen_random_uuid()::text, '-', ''), w.id, f.id, f.type, f.at, f.account_id,
                       f.detail, f.reference, f.link
                  from fresh f join webhook w on f.type = any(w.events) and w.disabled_at is null
                 order by f.id
                    on conflict do nothing)
            update webhook_cursor c set event_id = new.id
              from (select max(id) as id from fresh) new where new.id is not null""";

    /**
     * Claims only a few deliveries of each webhook, so that a slow webhook, or one with a long backlog, does not delay the
     * others; a webhook that is failing gets one attempt at a time.
     */
    private static final String CLAIM = """
            with due as (
                select d.id from webhook w cross join lateral (
                    select id from webhook_delivery
                     where webhook_id = w.id and status = 'PENDING' and next_try_at <= clock_timestamp()
                     order by next_try_at limit case when w.failing_since is null then :ofEach else 1 end
                       for update skip locked) d
                 where w.disabled_at is null and w.id <> all(:busy)
                 order by random() limit :limit)
            update webhook_delivery d
               set tries = d.tries + 1, next_try_at = clock_timestamp() + :lease * interval '1 millisecond'
              from due, webhook w
             where d.id = due.id and w.id = d.webhook_id
            returning d.id, d.tries, w.id as webhook, w.url, w.failing_since, w.secret,
                      case when w.previous_until > clock_timestamp() then w.previous_secret end as previous,
                      d.type, d.occurred_at, d.account_id, d.detail, d.reference, d.link""";

    private static final String RECORD = """
            with recorded as (
                update webhook_delivery
                   set status = :state, next_try_at = clock_timestamp() + :wait * interval '1 millisecond',
                       last_try_at = :at, last_status = :status, last_duration_ms = :took, last_error = :error
                 where id = :id and tries = :tries and status = 'PENDING'
                returning webhook_id)
            update webhook w set failing_since = case when :delivered then null else :at end
              from recorded
             where w.id = recorded.webhook_id and (failing_since is null) <> :delivered""";

    private final Database database;
    private final WebhookSecrets secrets;

    DeliveryQueue(Database database, WebhookSecrets secrets) {
        this.database = database;
        this.secrets = secrets;
    }

    /**
     * Creates the deliveries of at most {@code limit} events. Returns true if there were any events, so that there may be
     * more.
     */
    boolean fanOut(int limit) {
        return database.statement("turning events into deliveries", FAN_OUT)
                        .set("limit", limit)
                        .update()
                > 0;
    }

    /**
     * Claims deliveries that are due.
     *
     * @param ofEach how many of one webhook at most
     * @param busy ids of webhooks to leave out
     * @param limit how many in all at most
     * @param lease how long they are claimed
     */
    List<DueDelivery> claim(int ofEach, Collection<String> busy, int limit, Duration lease) {
        return database.statement("claiming deliveries", CLAIM)
                .set("ofEach", ofEach)
                .set("busy", busy)
                .set("limit", limit)
                .set("lease", lease)
                .list(this::read);
    }

    /** Records the result of an attempt, unless the delivery was claimed again or resent meanwhile. */
    void record(DueDelivery delivery, DeliveryAttempt attempt) {
        database.statement("recording an attempt of delivery " + delivery.id(), RECORD)
                .set("state", attempt.state())
                .set("wait", attempt.again().orElse(Duration.ZERO))
                .set("at", attempt.at())
                .set("status", attempt.status())
                .set("took", attempt.took())
                .set("error", attempt.error())
                .set("id", delivery.id())
                .set("tries", delivery.tries())
                .set("delivered", attempt.error().isEmpty())
                .update();
    }

    private DueDelivery read(Row row) {
        var webhook = row.text("webhook");
        return new DueDelivery(
                row.text("id"),
                row.integer("tries"),
                webhook,
                row.text("url"),
                row.optionalInstant("failing_since"),
                secrets(
                        webhook,
                        new Ciphertext(row.bytes("secret")),
                        row.optionalBytes("previous").map(Ciphertext::new)),
                row.text("type"),
                row.instant("occurred_at"),
                row.optionalText("account_id").map(AccountId::new),
                row.optionalText("detail"),
                row.optionalText("reference"),
                row.optionalText("link"));
    }

    private List<Secret> secrets(String webhook, Ciphertext current, Optional<Ciphertext> previous) {
        try {
            var signing = secrets.decrypt(webhook, current);
            return previous.isEmpty()
                    ? List.of(signing)
                    : List.of(signing, secrets.decryptPrevious(webhook, previous.get()));
        } catch (DecryptionException e) {
            LOG.errorf("Cannot sign for this webhook: %s; roll its secret", e.getMessage());
            return List.of();
        }
    }
}
