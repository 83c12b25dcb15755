package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.audit.Event;
import io.xtokenkeeper.audit.EventType;
import io.xtokenkeeper.crypto.UnreadableException;
import io.xtokenkeeper.token.Secret;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Webhooks in their table, each with its sealed signing secret. */
@Singleton
public class Webhooks {
    /** Each costs the timer a look; a fan-out to more belongs behind one of them. */
    public static final int MOST = 50;

    private static final String COLUMNS =
            "id, url, events, description, created_at, disabled_at, disabled_why, failing_since";

    private static final String ALL = "select " + COLUMNS + " from webhook order by created_at, id";

    private static final String ONE = "select " + COLUMNS + " from webhook where id = ?";

    private static final String CREATE = """
            insert into webhook (id, url, events, description, secret, created_at)
            select ?, ?, ?, ?, ?, ? where (select count(*) from webhook) < ?""";

    /** Deliveries first, as notes of tries lock them: two who wait for each other's rows would wait for ever. */
    private static final String DELETE_DELIVERIES = "delete from webhook_delivery where webhook_id = ?";

    private static final String DELETE = "delete from webhook where id = ?";

    private static final String SECRET = "select secret from webhook where id = ? for update";

    private static final String ROLL = """
            update webhook set secret = ?, previous_secret = ?, previous_until = ? where id = ?""";

    private static final String ENABLE = """
            update webhook set disabled_at = null, disabled_why = null, failing_since = null where id = ?
            returning\s""" + COLUMNS;

    /** And the event in the same transaction: no webhook can tell that it is none any more. */
    private static final String DISABLE = "with " + Events.TURN + """
            , disabled as (
            update webhook set disabled_at = ?, disabled_why = ? where id = ? and disabled_at is null returning id)
            insert into audit_event (at, type, actor, outcome, detail)
            select ?, ?, ?, ?, disabled.id || ': ' || ? from disabled, turn""";

    private final AgroalDataSource database;
    private final WebhookSeals seals;

    Webhooks(AgroalDataSource database, WebhookSeals seals) {
        this.database = database;
        this.seals = seals;
    }

    public List<Webhook> list() {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(ALL);
                var rows = select.executeQuery()) {
            var all = new ArrayList<Webhook>();
            while (rows.next()) {
                all.add(read(rows));
            }
            return all;
        } catch (SQLException e) {
            throw new StoreException("reading webhooks", e);
        }
    }

    public Optional<Webhook> byId(String id) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(ONE)) {
            select.setString(1, id);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(read(row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreException("reading a webhook", e);
        }
    }

    /** False where there are {@link #MOST} already. */
    public boolean create(Webhook webhook, Secret secret) {
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement(CREATE)) {
            insert.setString(1, webhook.id());
            insert.setString(2, webhook.url());
            insert.setArray(3, connection.createArrayOf("text", webhook.events().toArray()));
            insert.setString(4, webhook.description().orElse(null));
            insert.setBytes(5, seals.seal(webhook.id(), secret));
            insert.setObject(6, Times.at(webhook.createdAt()));
            insert.setInt(7, MOST);
            return insert.executeUpdate() > 0;
        } catch (SQLException e) {
            throw new StoreException("creating a webhook", e);
        }
    }

    /** With all its deliveries; false where there is none. */
    public boolean delete(String id) {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var deliveries = connection.prepareStatement(DELETE_DELIVERIES);
                    var delete = connection.prepareStatement(DELETE)) {
                deliveries.setString(1, id);
                deliveries.executeUpdate();
                delete.setString(1, id);
                var deleted = delete.executeUpdate() > 0;
                connection.commit();
                return deleted;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException("deleting a webhook", e);
        }
    }

    /** From now on {@code next} signs, and beside it the one before for {@code overlap}; false where there is none. */
    public boolean roll(String id, Secret next, Duration overlap, Instant now) {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var select = connection.prepareStatement(SECRET);
                    var update = connection.prepareStatement(ROLL)) {
                select.setString(1, id);
                var row = select.executeQuery();
                if (!row.next()) {
                    connection.rollback();
                    return false;
                }
                var before = before(id, row.getBytes(1));
                update.setBytes(1, seals.seal(id, next));
                update.setBytes(
                        2, before.map(secret -> seals.sealPrevious(id, secret)).orElse(null));
                update.setObject(
                        3, before.map(secret -> Times.at(now.plus(overlap))).orElse(null));
                update.setString(4, id);
                update.executeUpdate();
                connection.commit();
                return true;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException("rolling a webhook's secret", e);
        }
    }

    /** Empty where it does not open: rolling is how that is mended. */
    private Optional<Secret> before(String id, byte[] sealed) {
        try {
            return Optional.of(seals.open(id, sealed));
        } catch (UnreadableException e) {
            return Optional.empty();
        }
    }

    /** What waited goes on; empty where there is none. */
    public Optional<Webhook> enable(String id) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(ENABLE)) {
            update.setString(1, id);
            try (var row = update.executeQuery()) {
                return row.next() ? Optional.of(read(row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreException("enabling a webhook", e);
        }
    }

    /** Sends nothing more to it, until somebody enables it. */
    public void disable(String id, String why, Instant now) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(DISABLE)) {
            update.setObject(1, Times.at(now));
            update.setString(2, why);
            update.setString(3, id);
            update.setObject(4, Times.at(now));
            update.setString(5, EventType.WEBHOOK_DISABLED.word());
            update.setString(6, Event.TIMER);
            update.setString(7, Event.Outcome.DONE.name());
            update.setString(8, why);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("disabling a webhook", e);
        }
    }

    private static Webhook read(ResultSet row) throws SQLException {
        return new Webhook(
                row.getString(1),
                row.getString(2),
                new TreeSet<>(Arrays.asList((String[]) row.getArray(3).getArray())),
                Optional.ofNullable(row.getString(4)),
                Times.instant(row, 5).orElseThrow(),
                Times.instant(row, 6),
                Optional.ofNullable(row.getString(7)),
                Times.instant(row, 8));
    }
}
