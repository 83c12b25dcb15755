package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.crypto.UnreadableException;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Secret;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Events on their way to webhooks. The audit trail is where they come from: an event is committed together with what it
 * tells, and ids are in the order of commits.
 *
 * <ol>
 *   <li>Each event becomes one delivery a webhook, however many replicas there are and whenever one dies: deliveries and
 *       the mark of how far we are come with one statement.
 *   <li>A delivery is one replica's until its lease, told by the database's clock, is over.
 *   <li>Whatever was taken and never noted, comes again.
 * </ol>
 */
@Singleton
public class Outbox {
    private static final Logger LOG = Logger.getLogger(Outbox.class);

    /** Whoever finds the mark locked leaves it to the other. Parameter: how many events. */
    private static final String FAN_OUT = """
            with mark as (select event_id from webhook_cursor for update skip locked),
            fresh as (
                select e.id, e.at, e.type, e.account_id, e.detail from audit_event e, mark
                 where e.id > mark.event_id order by e.id limit ?),
            made as (
                insert into webhook_delivery (id, webhook_id, event_id, type, occurred_at, account_id, detail)
                select 'msg_' || replace(gen_random_uuid()::text, '-', ''), w.id, f.id, f.type, f.at, f.account_id,
                       f.detail
                  from fresh f join webhook w on f.type = any(w.events) and w.disabled_at is null
                 order by f.id
                    on conflict do nothing)
            update webhook_cursor c set event_id = new.id
              from (select max(id) as id from fresh) new where new.id is not null""";

    /**
     * A few of each webhook, so that one that is slow or has much to come takes no other's turn; one that fails gets a
     * single try at a time. Parameters: how many of each, webhooks to leave out, how many, lease in ms.
     */
    private static final String TAKE = """
            with due as (
                select d.id from webhook w cross join lateral (
                    select id from webhook_delivery
                     where webhook_id = w.id and status = 'PENDING' and next_try_at <= clock_timestamp()
                     order by next_try_at limit case when w.failing_since is null then ? else 1 end
                       for update skip locked) d
                 where w.disabled_at is null and w.id <> all(?)
                 order by random() limit ?)
            update webhook_delivery d
               set tries = d.tries + 1, next_try_at = clock_timestamp() + ? * interval '1 millisecond'
              from due, webhook w
             where d.id = due.id and w.id = d.webhook_id
            returning d.id, d.tries, w.id, w.url, w.failing_since, w.secret,
                      case when w.previous_until > clock_timestamp() then w.previous_secret end,
                      d.type, d.occurred_at, d.account_id, d.detail""";

    /** Parameters: state, wait in ms, at, status, took, error, id, tries; delivered or not, at, delivered or not. */
    private static final String NOTE = """
            with noted as (
                update webhook_delivery
                   set status = ?, next_try_at = clock_timestamp() + ? * interval '1 millisecond',
                       last_try_at = ?, last_status = ?, last_duration_ms = ?, last_error = ?
                 where id = ? and tries = ? and status = 'PENDING'
                returning webhook_id)
            update webhook w set failing_since = case when ? then null else ? end
              from noted
             where w.id = noted.webhook_id and (failing_since is null) <> ?""";

    private final AgroalDataSource database;
    private final WebhookSeals seals;

    Outbox(AgroalDataSource database, WebhookSeals seals) {
        this.database = database;
        this.seals = seals;
    }

    /** Makes deliveries of at most {@code limit} events; true where there were any, and so there may be more. */
    public boolean fanOut(int limit) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(FAN_OUT)) {
            update.setInt(1, limit);
            return update.executeUpdate() > 0;
        } catch (SQLException e) {
            throw new StoreException("turning events into deliveries", e);
        }
    }

    /**
     * Takes deliveries whose time has come.
     *
     * @param busy webhooks that get none now
     */
    public List<DueDelivery> take(int ofEach, Collection<String> busy, int limit, Duration lease) {
        try (var connection = database.getConnection();
                var take = connection.prepareStatement(TAKE)) {
            take.setInt(1, ofEach);
            take.setArray(2, connection.createArrayOf("text", busy.toArray()));
            take.setInt(3, limit);
            take.setLong(4, lease.toMillis());
            var taken = new ArrayList<DueDelivery>();
            try (var rows = take.executeQuery()) {
                while (rows.next()) {
                    taken.add(read(rows));
                }
            }
            return taken;
        } catch (SQLException e) {
            throw new StoreException("taking deliveries", e);
        }
    }

    /** Writes down how a try went, unless the delivery was taken or sent again since. */
    public void note(DueDelivery delivery, Tried tried) {
        var delivered = tried.error().isEmpty();
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(NOTE)) {
            update.setString(1, tried.state().name());
            update.setLong(2, tried.again().map(Duration::toMillis).orElse(0L));
            update.setObject(3, Times.at(tried.at()));
            update.setObject(4, tried.status().orElse(null));
            update.setLong(5, tried.took().toMillis());
            update.setString(6, tried.error().orElse(null));
            update.setString(7, delivery.id());
            update.setInt(8, delivery.tries());
            update.setBoolean(9, delivered);
            update.setObject(10, Times.at(tried.at()));
            update.setBoolean(11, delivered);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("noting a delivery", e);
        }
    }

    private DueDelivery read(ResultSet row) throws SQLException {
        var webhook = row.getString(3);
        return new DueDelivery(
                row.getString(1),
                row.getInt(2),
                webhook,
                row.getString(4),
                Times.instant(row, 5),
                secrets(webhook, row.getBytes(6), row.getBytes(7)),
                row.getString(8),
                Times.instant(row, 9).orElseThrow(),
                Optional.ofNullable(row.getString(10)).map(AccountId::new),
                Optional.ofNullable(row.getString(11)));
    }

    private List<Secret> secrets(String webhook, byte[] current, byte[] previous) {
        try {
            var signing = seals.open(webhook, current);
            return previous == null ? List.of(signing) : List.of(signing, seals.openPrevious(webhook, previous));
        } catch (UnreadableException e) {
            LOG.errorf("nothing can be signed for this webhook: %s; roll its secret", e.getMessage());
            return List.of();
        }
    }
}
