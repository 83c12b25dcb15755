package io.xtokenkeeper.account;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.SampleClock;
import io.xtokenkeeper.scheduling.LoopHeartbeats;
import io.xtokenkeeper.scheduling.SupervisedLoop;
import io.xtokenkeeper.token.AccountId;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Hears, over one connection of its own, what the triggers of V6 say with each commit.
 *
 * <p>A line that is quiet may be dead, or behind a pool that keeps notifications back. So this replica notifies itself
 * over <em>another</em> connection, several times a second. PostgreSQL delivers in the order of the commits: who hears his
 * own beat has heard everything that was committed before it was sent. Where no beat is heard, {@link Changes#areKnown}
 * becomes false, and the line is made anew.
 */
@Singleton
public class ListenForChanges {
    private static final Logger LOG = Logger.getLogger(ListenForChanges.class);
    private static final String ACCOUNT = "keeper_account";
    private static final String KEYS = "keeper_keys";
    private static final String BEAT = "keeper_beat";

    private static final String LISTEN = "listen " + ACCOUNT + "; listen " + KEYS + "; listen " + BEAT;

    /** A beat need not survive a crash, so its commit need not wait for the disk. */
    private static final String SEND_BEAT = "select set_config('synchronous_commit', 'off', true), pg_notify('" + BEAT
            + "', ?)," + " clock_timestamp() as database_time";

    private static final Duration BETWEEN_BEATS = Duration.ofMillis(200);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final AgroalDataSource dataSource;
    private final Database database;
    private final Changes changes;
    private final SampleClock clock;
    private final LoopHeartbeats heartbeats;
    private final String replica = UUID.randomUUID() + " ";
    private volatile SupervisedLoop loop;
    private volatile boolean stopped;
    private long beatHeardNanos;

    ListenForChanges(
            AgroalDataSource dataSource,
            Database database,
            Changes changes,
            SampleClock clock,
            LoopHeartbeats heartbeats) {
        this.dataSource = dataSource;
        this.database = database;
        this.changes = changes;
        this.clock = clock;
        this.heartbeats = heartbeats;
    }

    /** Listens from now on, in the background, until the service stops. */
    public void start() {
        loop = SupervisedLoop.start("listen-for-changes", heartbeats, PAUSE, heartbeat -> {
            listen(heartbeat);
            Thread.sleep(PAUSE);
        });
    }

    @PreDestroy
    void stop() {
        stopped = true;
        if (loop != null) {
            loop.stop();
        }
    }

    /** Both connections are this replica's for good: a beat must not queue behind the reads that wait for it. */
    private void listen(LoopHeartbeats.Heartbeat heartbeat) {
        try (var line = dataSource.getConnection();
                var statement = line.createStatement();
                var other = dataSource.getConnection();
                var beat = other.prepareStatement(SEND_BEAT)) {
            statement.execute(LISTEN);
            changes.missed();
            try {
                hear(line.unwrap(PGConnection.class), beat, heartbeat);
            } finally {
                statement.execute("unlisten *");
            }
        } catch (SQLException e) {
            var failure = database.failure("listening for changes", e);
            if (!stopped) {
                LOG.infof(
                        "Notification listener disconnected, token cache disabled until it reconnects: %s",
                        failure.getMessage());
            }
        }
    }

    private void hear(PGConnection line, PreparedStatement beat, LoopHeartbeats.Heartbeat heartbeat)
            throws SQLException {
        beatHeardNanos = System.nanoTime();
        var nextBeat = beatHeardNanos;
        while (!stopped && System.nanoTime() - beatHeardNanos < LONGEST_SILENCE.toNanos()) {
            heartbeat.beat();
            var now = System.nanoTime();
            if (now - nextBeat >= 0) {
                send(beat, now);
                nextBeat = now + BETWEEN_BEATS.toNanos();
            }
            var wait =
                    Math.max(1, Duration.ofNanos(nextBeat - System.nanoTime()).toMillis());
            var heard = line.getNotifications((int) wait);
            for (var notification : heard == null ? new PGNotification[0] : heard) {
                tell(notification);
            }
        }
    }

    private void send(PreparedStatement beat, long sentNanos) throws SQLException {
        beat.setString(1, replica + sentNanos);
        clock.by(beat);
    }

    private void tell(PGNotification notification) {
        var text = notification.getParameter();
        switch (notification.getName()) {
            case ACCOUNT -> AccountId.parse(text).ifPresent(changes::account);
            case KEYS -> changes.keys();
            case BEAT -> {
                if (text.startsWith(replica)) {
                    beatHeardNanos = System.nanoTime();
                    changes.provenAsOf(Long.parseLong(text.substring(replica.length())));
                }
            }
            default -> LOG.debugf("not ours: %s", notification.getName());
        }
    }
}
