package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.token.AccountId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The log of deliveries, for whoever asks what became of them. Sending them is {@link Outbox}'s. */
@Singleton
public class Deliveries {
    private static final String COLUMNS = """
            id, seq, webhook_id, event_id, type, occurred_at, account_id, status, tries,
            case when status = 'PENDING' then next_try_at end, created_at, last_try_at, last_status, last_duration_ms,
            last_error""";

    private static final String PAGE = "select " + COLUMNS + """

              from webhook_delivery
             where webhook_id = ? and seq < ? and (?::text is null or status = ?)
             order by seq desc limit ?""";

    private static final String TEST = """
            insert into webhook_delivery (id, webhook_id, type, occurred_at) values (?, ?, ?, ?)
            returning\s""" + COLUMNS;

    /** All tries are open to it again; a try under way no longer counts. */
    private static final String RESEND = """
            update webhook_delivery
               set status = 'PENDING', tries = 0, next_try_at = clock_timestamp()
             where webhook_id = ? and id = ?
            returning\s""" + COLUMNS;

    private static final String FORGET = """
            delete from webhook_delivery where id in (
                select id from webhook_delivery where created_at < ? limit 1000 for update skip locked)""";

    private static final String PENDING = """
            select count(*) from webhook_delivery d join webhook w on w.id = d.webhook_id
             where d.status = 'PENDING' and w.disabled_at is null""";

    private final AgroalDataSource database;

    Deliveries(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * At most {@code limit}, the newest first.
     *
     * @param before only such as came before this one
     */
    public List<Delivery> page(String webhook, Optional<Delivery.State> state, Optional<Long> before, int limit) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(PAGE)) {
            select.setString(1, webhook);
            select.setLong(2, before.orElse(Long.MAX_VALUE));
            select.setString(3, state.map(Enum::name).orElse(null));
            select.setString(4, state.map(Enum::name).orElse(null));
            select.setInt(5, limit);
            var page = new ArrayList<Delivery>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    page.add(read(rows));
                }
            }
            return page;
        } catch (SQLException e) {
            throw new StoreException("reading deliveries", e);
        }
    }

    /** An event of this webhook alone, that nothing else happened for. */
    public Delivery test(String webhook, String id, String type, Instant now) {
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement(TEST)) {
            insert.setString(1, id);
            insert.setString(2, webhook);
            insert.setString(3, type);
            insert.setObject(4, Times.at(now));
            try (var row = insert.executeQuery()) {
                row.next();
                return read(row);
            }
        } catch (SQLException e) {
            throw new StoreException("adding a test delivery", e);
        }
    }

    /** Due at once, under the same id, whatever became of it before; empty where there is none. */
    public Optional<Delivery> resend(String webhook, String id) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(RESEND)) {
            update.setString(1, webhook);
            update.setString(2, id);
            try (var row = update.executeQuery()) {
                return row.next() ? Optional.of(read(row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreException("sending a delivery again", e);
        }
    }

    /** Forgets some of those that were made before {@code before}. */
    public void forget(Instant before) {
        try (var connection = database.getConnection();
                var delete = connection.prepareStatement(FORGET)) {
            delete.setObject(1, Times.at(before));
            delete.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("forgetting old deliveries", e);
        }
    }

    /** How many wait for a try, at webhooks that are not disabled. */
    public long pending() {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(PENDING);
                var row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new StoreException("counting deliveries", e);
        }
    }

    private static Delivery read(ResultSet row) throws SQLException {
        return new Delivery(
                row.getString(1),
                row.getLong(2),
                row.getString(3),
                Optional.ofNullable(row.getObject(4, Long.class)),
                row.getString(5),
                Times.instant(row, 6).orElseThrow(),
                Optional.ofNullable(row.getString(7)).map(AccountId::new),
                Delivery.State.valueOf(row.getString(8)),
                row.getInt(9),
                Times.instant(row, 10),
                Times.instant(row, 11).orElseThrow(),
                Times.instant(row, 12),
                Optional.ofNullable(row.getObject(13, Integer.class)),
                Optional.ofNullable(row.getObject(14, Integer.class)).map(Duration::ofMillis),
                Optional.ofNullable(row.getString(15)));
    }
}
