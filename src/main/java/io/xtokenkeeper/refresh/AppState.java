package io.xtokenkeeper.refresh;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.Immutable;

/**
 * What all replicas share about our app at X, in one row: whether refreshing is paused, how much of its rate is used, and
 * which database server they work with.
 */
@Entity
@Immutable
@SuppressWarnings("UnusedVariable") // the whole row is mapped, so that tests hold it against the schema
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
}
