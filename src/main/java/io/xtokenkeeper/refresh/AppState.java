package io.xtokenkeeper.refresh;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.Immutable;

/**
 * The state that all replicas share about the app at X, in one row: whether refreshing is paused, how much of the rate
 * limit is used, and which database server they work with.
 */
@Entity
@Immutable
@SuppressWarnings("UnusedVariable") // the whole row is mapped, so that tests can validate it against the schema
public class AppState {
    @Id
    private boolean onlyOne;

    private Instant pausedUntil;
    private boolean appRefused;
    private String pauseWhy;
    private String pauseKind;
    private int pauseProbes;
    private Instant budgetAt;
    private long keysVersion;
    private String timeline;
    private Instant settleUntil;

    protected AppState() {}

    /**
     * A pause of refreshing for all accounts.
     *
     * @param until when the next probe is due
     * @param probes failed probes since the pause began
     */
    public record Pause(Instant until, Kind kind, String why, int probes) {
        /** The cause of a pause. */
        public enum Kind {
            /** X rejects the app's credentials, whichever grant is refreshed: the admin has to act. */
            APP_REJECTED,
            RATE_LIMITED,
            /** Several responses in a row that X cannot have meant: unreadable ones, or another server's web pages. */
            NOT_FROM_X
        }

        public boolean appRefused() {
            return kind == Kind.APP_REJECTED;
        }
    }

    /**
     * A snapshot of the shared state.
     *
     * @param sameServer the database server is the one that earlier claims were made on; false after a failover
     * @param settling nothing is claimed yet, because calls that began before a failover may still be in flight
     * @param timeline PostgreSQL timeline of the server that answered; empty if it is unknown
     */
    public record Shared(Optional<Pause> pause, boolean sameServer, boolean settling, String timeline) {}
}
