package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.Event;
import io.xtokenkeeper.token.AccountId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The audit trail in its table: added to and read, never changed. */
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
             where id > ? and (?::text is null or account_id = ?)
             order by id limit ?""";

    private final AgroalDataSource database;
    private final InstantSource clock;

    Events(AgroalDataSource database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void record(Event event) {
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement(RECORD)) {
            insert.setObject(1, Grants.at(clock.instant()));
            insert.setString(2, event.type().word());
            insert.setString(3, event.actor());
            insert.setString(4, event.account().map(AccountId::value).orElse(null));
            insert.setString(5, event.address().orElse(null));
            insert.setString(6, event.outcome().name());
            insert.setString(7, event.detail().map(Events::cut).orElse(null));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("recording " + event.type().word(), e);
        }
    }

    /** At most {@code limit} events behind {@code id}, in order; of one account where it is given. */
    public List<RecordedEvent> after(long id, Optional<AccountId> account, int limit) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(AFTER)) {
            select.setLong(1, id);
            select.setString(2, account.map(AccountId::value).orElse(null));
            select.setString(3, account.map(AccountId::value).orElse(null));
            select.setInt(4, limit);
            var events = new ArrayList<RecordedEvent>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    events.add(read(rows));
                }
            }
            return events;
        } catch (SQLException e) {
            throw new StoreException("reading events", e);
        }
    }

    private static RecordedEvent read(ResultSet row) throws SQLException {
        return new RecordedEvent(
                row.getLong(1),
                row.getObject(2, OffsetDateTime.class).toInstant(),
                row.getString(3),
                row.getString(4),
                Optional.ofNullable(row.getString(5)),
                Optional.ofNullable(row.getString(6)),
                row.getString(7),
                Optional.ofNullable(row.getString(8)));
    }

    private static String cut(String text) {
        return text.length() > LONGEST_DETAIL ? text.substring(0, LONGEST_DETAIL) : text;
    }
}
