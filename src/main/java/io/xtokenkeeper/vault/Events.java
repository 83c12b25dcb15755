package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.Event;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.DisplayText;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The audit trail in its table: added to and read, never changed, and forgotten when it is old. */
@Singleton
public class Events implements AuditTrail {
    private static final int LONGEST_DETAIL = 500;

    /** The lock makes ids come in the order of their commits, so that who reads on from an id misses nothing. */
    static final String TURN = "turn as materialized (select pg_advisory_xact_lock(7234017283807667300))";

    private static final String RECORD = "with " + TURN + """
             insert into audit_event (at, type, actor, account_id, address, outcome, detail)
            select ?, ?, ?, ?, ?, ?, ? from turn""";

    private static final String AFTER = """
            select id, at, type, actor, account_id, address, outcome, detail
              from audit_event
             where id > ? and (?::text[] is null or account_id = any(?))
             order by id limit ?""";

    private static final String LATEST = """
            select id, at, type, actor, account_id, address, outcome, detail
              from audit_event where account_id = ? order by id desc limit ?""";

    private static final String FORGET = "select forget_events(?::interval, ?)";

    private final AgroalDataSource database;
    private final InstantSource clock;

    Events(AgroalDataSource database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void record(Event event) {
        try (var connection = database.getConnection()) {
            record(connection, List.of(event), clock.instant());
        } catch (SQLException e) {
            throw new StoreException("recording " + event.type().word(), e);
        }
    }

    /** In the connection's transaction. */
    static void record(Connection connection, List<Event> events, Instant now) throws SQLException {
        try (var insert = connection.prepareStatement(RECORD)) {
            for (var event : events) {
                insert.setObject(1, Times.at(now));
                insert.setString(2, event.type().word());
                insert.setString(3, event.actor());
                insert.setString(4, event.account().map(AccountId::value).orElse(null));
                insert.setString(5, event.address().orElse(null));
                insert.setString(6, event.outcome().name());
                insert.setString(
                        7,
                        event.detail()
                                .flatMap(detail -> DisplayText.line(detail, LONGEST_DETAIL))
                                .orElse(null));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** At most {@code limit} events behind {@code id}, in order; of some accounts where they are given. */
    public List<RecordedEvent> after(long id, Optional<Set<AccountId>> accounts, int limit) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(AFTER)) {
            select.setLong(1, id);
            var only = accounts.isEmpty()
                    ? null
                    : connection.createArrayOf(
                            "text",
                            accounts.get().stream().map(AccountId::value).toArray());
            select.setArray(2, only);
            select.setArray(3, only);
            select.setInt(4, limit);
            return read(select);
        } catch (SQLException e) {
            throw new StoreException("reading events", e);
        }
    }

    /** The last {@code limit} events of an account, the newest first. */
    public List<RecordedEvent> latest(AccountId account, int limit) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(LATEST)) {
            select.setString(1, account.value());
            select.setInt(2, limit);
            return read(select);
        } catch (SQLException e) {
            throw new StoreException("reading an account's events", e);
        }
    }

    /**
     * Deletes events that are older than {@code age}, {@code limit} at the most, the oldest first. How many there were.
     *
     * @throws StoreException also where {@code age} is below the 30 days that the database keeps to itself
     */
    long forget(Duration age, int limit) {
        try (var connection = database.getConnection();
                var forget = connection.prepareStatement(FORGET)) {
            forget.setString(1, age.toString());
            forget.setInt(2, limit);
            try (var row = forget.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new StoreException("forgetting old events", e);
        }
    }

    private static List<RecordedEvent> read(PreparedStatement select) throws SQLException {
        var events = new ArrayList<RecordedEvent>();
        try (var rows = select.executeQuery()) {
            while (rows.next()) {
                events.add(read(rows));
            }
        }
        return events;
    }

    private static RecordedEvent read(ResultSet row) throws SQLException {
        return new RecordedEvent(
                row.getLong(1),
                Times.instant(row, 2).orElseThrow(),
                row.getString(3),
                row.getString(4),
                Optional.ofNullable(row.getString(5)),
                Optional.ofNullable(row.getString(6)),
                row.getString(7),
                Optional.ofNullable(row.getString(8)));
    }
}
