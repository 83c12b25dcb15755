package io.xtokenkeeper.sandbox;

import java.time.Instant;
import java.util.Optional;

/**
 * One call, or one act of a user at X itself (endpoint {@link Endpoint#AUTHORIZE}), as the simulator saw it. Times are by
 * the simulator's clock, to the millisecond.
 *
 * @param userId empty where the call named no user
 * @param host by which name the caller reached the simulator: tells callers apart that were given different ones
 * @param presented {@link CallLog#fingerprint} of the token or code that came with the call, empty for none
 * @param worked when the call was carried out or refused; empty while it waits
 * @param ended when the answer had been written, or was known to be lost
 * @param outcome as {@link CallLog#calls()} counts it, {@code waiting} before the work
 * @param issued the token pair that this call made
 */
public record LoggedCall(
        Endpoint endpoint,
        String userId,
        String host,
        String presented,
        Instant arrived,
        Optional<Instant> worked,
        Optional<Instant> ended,
        String outcome,
        Optional<Issue> issued,
        End end) {

    /** What became of the answer. */
    public enum End {
        /** Not sent yet. */
        OPEN,
        /** Written to the connection as a whole. */
        ANSWERED,
        /** A fault cut it, withheld it or closed the connection. */
        LOST,
        /** The caller closed the connection before the answer was written. */
        CALLER_GONE
    }

    /**
     * Which token pair of a user: later pairs are greater.
     *
     * @param grant number of the grant, counted over all users
     * @param generation how many access tokens the grant had before
     * @param access {@link CallLog#fingerprint} of the access token
     * @param refresh the same of the refresh token that goes with it, empty for none
     */
    public record Issue(int grant, int generation, String access, String refresh) {
        /** Was this issued after the other one? */
        public boolean after(Issue other) {
            return grant > other.grant || (grant == other.grant && generation > other.generation);
        }
    }

    /** Were tokens made whose answer never left the simulator whole? */
    public boolean answerLost() {
        return issued.isPresent() && (end == End.LOST || end == End.CALLER_GONE);
    }
}
