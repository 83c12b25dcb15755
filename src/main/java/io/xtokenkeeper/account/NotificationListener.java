package io.xtokenkeeper.account;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.ConnectionInitializer;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DirectConnections;
import io.xtokenkeeper.persistence.SampleClock;
import io.xtokenkeeper.scheduling.LoopHeartbeats;
import io.xtokenkeeper.scheduling.SupervisedLoop;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Receives the notifications that the triggers of migration V6 send with each commit, over one connection, and passes
 * them to {@link ChangeBus}.
 *
 * <p>A silent connection may be broken, or end at a pooler that does not forward notifications. So this replica sends
 * itself a heartbeat notification over <em>another</em> connection, five times a second. PostgreSQL delivers
 * notifications in the order of the commits: a replica that has received its own heartbeat has received everything that
 * was committed before the heartbeat was sent. Without heartbeats {@link ChangeBus#areKnown} becomes false, and after two
 * seconds the replica opens a new connection.
 *
 * <p>A pooler in transaction mode gives each transaction another session and forwards no notifications. If
 * {@link DirectConnections} are configured, the listening connection bypasses the pooler; the heartbeat never does, so
 * that an address of another database is detected. Each attempt begins with a heartbeat on a channel of its own, because
 * a session that has listened before continues to listen when a pooler gives it to another client. If that heartbeat does
 * not arrive, the replica listens to nothing else and polls for changes.
 */
@Singleton
public class NotificationListener {
    private static final Logger LOG = Logger.getLogger(NotificationListener.class);
    private static final String ACCOUNT = "keeper_account";
    private static final String KEYS = "keeper_keys";
    private static final String BEAT = "keeper_beat_";

    private static final String LISTEN = "listen " + ACCOUNT + "; listen " + KEYS;

    /** A heartbeat need not survive a crash, so its commit need not wait for the disk. */
    private static final String SEND_BEAT = "select set_config('synchronous_commit', 'off', true), pg_notify(?, ?),"
            + " clock_timestamp() as database_time";

    private static final Duration BETWEEN_BEATS = Duration.ofMillis(200);
    private static final Duration MAX_SILENCE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration BETWEEN_POLLS = Duration.ofSeconds(5);

    /** The pooler may have been switched to session mode meanwhile. */
    private static final Duration RETRY_BEHIND_POOLER = Duration.ofMinutes(10);

    private final AgroalDataSource dataSource;
    private final ConnectionInitializer connections;
    private final DirectConnections direct;
    private final Database database;
    private final ChangeBus changes;
    private final SampleClock clock;
    private final LoopHeartbeats heartbeats;
    private volatile SupervisedLoop loop;
    private volatile boolean stopped;
    private volatile boolean notified;
    private String lastProblem = "";

    NotificationListener(
            AgroalDataSource dataSource,
            ConnectionInitializer connections,
            DirectConnections direct,
            Database database,
            ChangeBus changes,
            SampleClock clock,
            LoopHeartbeats heartbeats) {
        this.dataSource = dataSource;
        this.connections = connections;
        this.direct = direct;
        this.database = database;
        this.changes = changes;
        this.clock = clock;
        this.heartbeats = heartbeats;
    }

    /** Starts to listen in the background, until the service stops. */
    public void start() {
        loop = SupervisedLoop.start(
                "listen-for-changes", heartbeats, PAUSE, heartbeat -> poll(listen(heartbeat), heartbeat));
    }

    /** Whether this replica receives notifications of changes; if not, it polls. */
    public boolean isNotified() {
        return notified;
    }

    @PreDestroy
    void stop() {
        stopped = true;
        if (loop != null) {
            loop.stop();
        }
    }

    /**
     * Keeps both connections: a heartbeat must not wait for a pooled connection behind the reads that wait for the
     * heartbeat.
     *
     * @return how long to poll before the next attempt
     */
    private Duration listen(LoopHeartbeats.Heartbeat heartbeat) {
        try (var line = direct.areConfigured() ? direct.open() : dataSource.getConnection();
                var other = dataSource.getConnection();
                var beat = other.prepareStatement(SEND_BEAT)) {
            return listen(line, new Beats(beat), heartbeat);
        } catch (SQLException e) {
            logProblem(database.failure("listening for changes", e).getMessage());
            return PAUSE;
        } finally {
            notified = false;
        }
    }

    private Duration listen(Connection line, Beats beats, LoopHeartbeats.Heartbeat heartbeat) throws SQLException {
        try (var statement = line.createStatement()) {
            statement.execute("listen " + beats.channel);
            try {
                receive(line, beats, heartbeat);
                if (!beats.received) {
                    return reportNothingReceived();
                }
                statement.execute(LISTEN);
                changes.missed();
                notified = true;
                lastProblem = "";
                receive(line, beats, heartbeat);
                return PAUSE;
            } finally {
                statement.execute("unlisten *");
            }
        }
    }

    private Duration reportNothingReceived() {
        if (direct.areConfigured()) {
            logProblem(
                    "nothing arrives over KEEPER_DATABASE_DIRECT_URL; it must lead to the same database, past any pooler");
            return PAUSE;
        }
        if (connections.isBehindPooler()) {
            logProblem("the connection pooler passes nothing on; KEEPER_DATABASE_DIRECT_URL can name a way past it");
            return RETRY_BEHIND_POOLER;
        }
        logProblem("nothing arrives");
        return PAUSE;
    }

    private void logProblem(String problem) {
        if (!stopped && !problem.equals(lastProblem)) {
            lastProblem = problem;
            LOG.infof("Notification listener disconnected, token cache disabled until it reconnects: %s", problem);
        }
    }

    /** Receives notifications until the first heartbeat arrives; if it has arrived already, until heartbeats stop. */
    private void receive(Connection line, Beats beats, LoopHeartbeats.Heartbeat heartbeat) throws SQLException {
        var notifications = line.unwrap(PGConnection.class);
        var first = !beats.received;
        beats.receivedNanos = System.nanoTime();
        while (!stopped && !beats.areSilent() && !(first && beats.received)) {
            heartbeat.beat();
            var received = notifications.getNotifications(beats.sendIfDue());
            for (var notification : received == null ? new PGNotification[0] : received) {
                dispatch(notification, beats);
            }
        }
    }

    private void dispatch(PGNotification notification, Beats beats) {
        var text = notification.getParameter();
        switch (notification.getName()) {
            case ACCOUNT -> AccountId.parse(text).ifPresent(changes::account);
            case KEYS -> changes.keys();
            default -> {
                if (notification.getName().equals(beats.channel)) {
                    beats.onReceived(Long.parseLong(text));
                }
            }
        }
    }

    /** The heartbeats of one attempt to listen. */
    private final class Beats {
        private final String channel = BEAT + UUID.randomUUID().toString().replace("-", "");
        private final PreparedStatement statement;
        private boolean received;
        private long receivedNanos;
        private long nextNanos = System.nanoTime();

        private Beats(PreparedStatement statement) {
            this.statement = statement;
        }

        private boolean areSilent() {
            return System.nanoTime() - receivedNanos > MAX_SILENCE.toNanos();
        }

        /** @return how long to wait for notifications until the next heartbeat is due, in milliseconds */
        private int sendIfDue() throws SQLException {
            var now = System.nanoTime();
            if (now - nextNanos >= 0) {
                statement.setString(1, channel);
                statement.setString(2, Long.toString(now));
                clock.by(statement);
                nextNanos = now + BETWEEN_BEATS.toNanos();
            }
            return (int)
                    Math.max(1, Duration.ofNanos(nextNanos - System.nanoTime()).toMillis());
        }

        private void onReceived(long sentNanos) {
            received = true;
            receivedNanos = System.nanoTime();
            if (notified) {
                changes.provenAsOf(sentNanos);
            }
        }
    }

    /** Polls: without notifications, anything may have changed since the last poll. */
    private void poll(Duration length, LoopHeartbeats.Heartbeat heartbeat) throws InterruptedException {
        var end = System.nanoTime() + length.toNanos();
        for (var left = length; !stopped && left.isPositive(); left = Duration.ofNanos(end - System.nanoTime())) {
            heartbeat.beat();
            try {
                clock.sample();
                changes.missed();
            } catch (SQLException e) {
                LOG.debugf("Cannot poll for changes: %s", e.getMessage());
            }
            Thread.sleep(left.compareTo(BETWEEN_POLLS) < 0 ? left : BETWEEN_POLLS);
        }
    }
}
