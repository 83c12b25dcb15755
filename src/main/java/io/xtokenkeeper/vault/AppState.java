package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** What all replicas share about our app at X: whether refreshing is paused, and how much of its rate is used. */
@Singleton
public class AppState {
    private static final String PAUSED = "select paused_until, app_refused, pause_why from app_state";

    private static final String PAUSE = "update app_state set paused_until = ?, app_refused = ?, pause_why = ?";

    /**
     * A bucket that holds one second's worth, in one timestamp: everything up to {@code budget_at} is spoken for.
     * Parameters: wanted, rate, rate.
     */
    private static final String TAKE = """
            with held as (
                select greatest(budget_at, clock_timestamp() - interval '1 second') as at from app_state for update),
            given as (
                select at, least(?, floor(extract(epoch from clock_timestamp() - at) * ?))::int as n from held)
            update app_state set budget_at = given.at + given.n * (interval '1 second' / ?) from given
            returning given.n""";

    private static final String GIVE_BACK =
            "update app_state set budget_at = budget_at - ? * (interval '1 second' / ?)";

    private final AgroalDataSource database;

    AppState(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * Why nobody should refresh.
     *
     * @param appRefused X refuses the app: an operator has to act; otherwise X limits the rate
     */
    public record Pause(Instant until, boolean appRefused, String why) {}

    public Optional<Pause> pause() {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(PAUSED);
                var row = select.executeQuery()) {
            if (!row.next() || row.getObject(1) == null) {
                return Optional.empty();
            }
            var until = Times.instant(row, 1).orElseThrow();
            return Optional.of(new Pause(until, row.getBoolean(2), row.getString(3)));
        } catch (SQLException e) {
            throw new StoreException("reading the app's state", e);
        }
    }

    /** Tells every replica; empty ends the pause. */
    public void pause(Optional<Pause> pause) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(PAUSE)) {
            update.setObject(1, pause.map(p -> Times.at(p.until())).orElse(null));
            update.setBoolean(2, pause.map(Pause::appRefused).orElse(false));
            update.setString(3, pause.map(Pause::why).orElse(null));
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("writing the app's state", e);
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
