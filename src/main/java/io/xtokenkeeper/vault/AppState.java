package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What all replicas share about our app at X: whether refreshing is paused, and how much of its rate is used. */
@Singleton
public class AppState {
    private static final String READ = """
            select paused_until, app_refused, pause_why, pause_kind, pause_probes,
                   timeline = keeper_timeline(), settle_until > clock_timestamp(), keeper_timeline()
              from app_state""";

    private static final String PAUSE = """
            update app_state
               set paused_until = ?, app_refused = ?, pause_why = ?, pause_kind = ?, pause_probes = ?""";

    /** One replica wins the probe: the one that moves the pause's end first. */
    private static final String TAKE_PROBE = PAUSE + " where paused_until = ?";

    private static final String SETTLE = """
            update app_state
               set timeline = keeper_timeline(), settle_until = clock_timestamp() + ? * interval '1 millisecond'
             where timeline <> keeper_timeline()""";

    /**
     * A bucket that holds one second's worth, in one timestamp: everything up to {@code budget_at} is spoken for.
     * Parameters: wanted, rate, rate.
     */
    private static final String TAKE = """
            with held as (
                select greatest(budget_at, clock_timestamp() - interval '1 second') as at from app_state for update),
            given as (
                select at, greatest(0, least(?, floor(extract(epoch from clock_timestamp() - at) * ?)))::int as n from held)
            update app_state set budget_at = given.at + given.n * (interval '1 second' / ?) from given
            returning given.n""";

    private static final String GIVE_BACK =
            "update app_state set budget_at = budget_at - ? * (interval '1 second' / ?)";

    private final AgroalDataSource database;

    AppState(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * Why refreshing is paused.
     *
     * @param until when the next probe is due
     * @param probes how many probes X has refused since the pause began
     */
    public record Pause(Instant until, Kind kind, String why, int probes) {
        /** What X, or a server in front of it, holds against refreshing. */
        public enum Kind {
            /** X rejects the app's credentials, whichever grant is refreshed: an operator has to act. */
            APP_REJECTED,
            RATE_LIMITED,
            /** Several answers in a row that X cannot have meant: unreadable ones, or another server's web pages. */
            NOT_FROM_X
        }

        public boolean appRefused() {
            return kind == Kind.APP_REJECTED;
        }
    }

    /**
     * What the replicas share at a moment.
     *
     * @param sameServer the database server is the one that claims were made on; false after a standby took over
     * @param settling nothing is claimed yet, since calls that were begun before a fail-over may still be at X
     * @param timeline of the server that answered; empty where it does not say
     */
    public record Shared(Optional<Pause> pause, boolean sameServer, boolean settling, String timeline) {}

    public Shared read() {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(READ);
                var row = select.executeQuery()) {
            row.next();
            return new Shared(pause(row), row.getBoolean(6), row.getBoolean(7), row.getString(8));
        } catch (SQLException e) {
            throw new StoreException("reading the app's state", e);
        }
    }

    private static Optional<Pause> pause(ResultSet row) throws SQLException {
        var until = Times.instant(row, 1);
        if (until.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Pause(until.get(), kind(row.getBoolean(2), row.getString(4)), row.getString(3), row.getInt(5)));
    }

    /** A replica of an earlier version writes {@code app_refused} alone. */
    private static Pause.Kind kind(boolean appRefused, String kind) {
        if (appRefused) {
            return Pause.Kind.APP_REJECTED;
        }
        return Pause.Kind.NOT_FROM_X.name().equals(kind) ? Pause.Kind.NOT_FROM_X : Pause.Kind.RATE_LIMITED;
    }

    /** For every replica; empty ends the pause. */
    public void pause(Optional<Pause> pause) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(PAUSE)) {
            bind(update, pause);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("writing the app's state", e);
        }
    }

    /**
     * Takes the probe that is due at the end of {@code current}.
     *
     * @param next the pause that follows where the probe fails
     * @return false where another replica has taken it
     */
    public boolean takeProbe(Pause current, Pause next) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(TAKE_PROBE)) {
            bind(update, Optional.of(next));
            update.setObject(6, Times.at(current.until()));
            return update.executeUpdate() == 1;
        } catch (SQLException e) {
            throw new StoreException("taking the probe of a pause", e);
        }
    }

    private static void bind(PreparedStatement update, Optional<Pause> pause) throws SQLException {
        update.setObject(1, pause.map(p -> Times.at(p.until())).orElse(null));
        update.setBoolean(2, pause.map(Pause::appRefused).orElse(false));
        update.setString(3, pause.map(Pause::why).orElse(null));
        update.setString(4, pause.map(p -> p.kind().name()).orElse(null));
        update.setInt(5, pause.map(Pause::probes).orElse(0));
    }

    /** Another server has taken over: no replica claims anything for {@code longest}, in which calls begun before end. */
    public void settle(Duration longest) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(SETTLE)) {
            update.setLong(1, longest.toMillis());
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("noting that another server has taken over", e);
        }
    }

    /**
     * Takes from the rate that all replicas share.
     *
     * @return how many of {@code wanted} may be called now
     */
    public int take(int wanted, int perSecond) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(TAKE)) {
            update.setInt(1, wanted);
            update.setInt(2, perSecond);
            update.setInt(3, perSecond);
            try (var row = update.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            }
        } catch (SQLException e) {
            throw new StoreException("taking from the rate", e);
        }
    }

    /** What was taken and not used, or, below zero, used without having been taken. */
    public void giveBack(int unused, int perSecond) {
        if (unused == 0) {
            return;
        }
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(GIVE_BACK)) {
            update.setInt(1, unused);
            update.setInt(2, perSecond);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("giving back to the rate", e);
        }
    }
}
