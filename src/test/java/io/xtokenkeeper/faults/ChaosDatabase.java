package io.xtokenkeeper.faults;

import io.xtokenkeeper.testkit.TestPostgres;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The database of {@link ChaosIT}, which also records when each token pair was saved and each event was written. */
final class ChaosDatabase {
    private static final String WITNESS = """
            alter table audit_event add column seen_at timestamptz not null default clock_timestamp();
            create table chaos_saved (
                account_id text not null,
                fingerprint text not null,
                status text not null,
                at timestamptz not null default clock_timestamp());
            create function chaos_saved() returns trigger language plpgsql security definer as $$
            begin
                if tg_op = 'INSERT' or new.refresh_fingerprint <> old.refresh_fingerprint
                        or new.status <> old.status then
                    insert into chaos_saved (account_id, fingerprint, status)
                    values (new.id, new.refresh_fingerprint, new.status);
                end if;
                return null;
            end $$;
            create trigger chaos_saved after insert or update on account
                for each row execute function chaos_saved();
            """;

    /**
     * A row of the account table.
     *
     * @param fingerprint of the refresh token it holds
     * @param reason empty for an active account
     */
    record Row(String id, boolean active, String reason, String fingerprint) {}

    /** An account lost its grant. {@code at} is by the database's clock, whatever the replica's clock is. */
    record Loss(String account, String reason, Instant at) {}

    /** A refresh token was saved. */
    record Saved(String account, String fingerprint, String status, Instant at) {}

    private final TestPostgres database;

    ChaosDatabase(TestPostgres database) {
        this.database = database;
    }

    /** Starts recording; requires the schema. */
    void watch() {
        execute(WITNESS);
    }

    void cutConnections() {
        database.query("select pg_terminate_backend(pid) from pg_stat_activity"
                + " where pid <> pg_backend_pid() and backend_type = 'client backend'");
    }

    /** Whether any account is claimed, or due and may be refreshed. */
    boolean isBusy() {
        return database.count("account where status = 'ACTIVE' and (lease_until > now() or next_refresh_at < now())")
                > 0;
    }

    List<Row> rows() {
        return read(
                "select id, status, status_reason, refresh_fingerprint from account order by id",
                row -> new Row(
                        row.getString(1),
                        row.getString(2).equals("ACTIVE"),
                        row.getString(3) == null ? "" : row.getString(3),
                        row.getString(4)));
    }

    List<Loss> losses() {
        return read(
                "select account_id, type, seen_at from audit_event"
                        + " where type in ('account.lost', 'account.needs_consent') order by id",
                row -> new Loss(
                        row.getString(1),
                        row.getString(2).equals("account.lost") ? "LOST_IN_FLIGHT" : "REJECTED_BY_X",
                        row.getTimestamp(3).toInstant()));
    }

    List<Saved> saved() {
        return read(
                "select account_id, fingerprint, status, at from chaos_saved order by at",
                row -> new Saved(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getTimestamp(4).toInstant()));
    }

    /** Accounts with a token pair whose revocation X has not confirmed yet. */
    List<String> revoking() {
        return database.query("select distinct account_id from revocation");
    }

    /** The events of an account, one per line. */
    List<String> events(String account) {
        return read(
                "select concat_ws(' ', seen_at, 'event', type, actor, outcome, detail) from audit_event"
                        + " where account_id = '" + account + "' order by id",
                row -> row.getString(1));
    }

    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> read(String sql, Reader<T> reader) {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var found = new ArrayList<T>();
            while (rows.next()) {
                found.add(reader.read(rows));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private void execute(String sql) {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
