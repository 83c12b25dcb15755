package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import java.time.Instant;
import java.util.Optional;

/**
 * One call, or one action of a user at X itself (endpoint {@link Endpoint#AUTHORIZE}), as the simulator recorded it. Times
 * are by the simulator's clock, in milliseconds.
 *
 * @param userId empty if the call's user is not known
 * @param host the host name that the caller used: distinguishes callers that were configured with different ones
 * @param presented {@link CallLog#fingerprint} of the token or code that was sent with the call, empty for none
 * @param worked when the call was processed or rejected; empty while it waits
 * @param ended when the response had been written, or was known to be lost
 * @param outcome as in {@link CallLog#calls()}, {@code waiting} before the call is processed
 * @param issued the token pair that this call issued
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

    /** What happened to the response. */
    public enum End {
        /** Not sent yet. */
        OPEN,
        /** Written to the connection completely. */
        ANSWERED,
        /** A fault truncated or withheld it, or closed the connection. */
        LOST,
        /** The caller closed the connection before the response was written. */
        CALLER_GONE
    }

    /**
     * Identifies a token pair of a user: later pairs are greater.
     *
     * @param grant number of the grant, counted over all users
     * @param generation how many access tokens the grant had before
     * @param access {@link CallLog#fingerprint} of the access token
     * @param refresh the same of its refresh token, empty for none
     */
    public record Issue(int grant, int generation, String access, String refresh) {
        /** Whether this pair was issued after the other one. */
        public boolean after(Issue other) {
            return grant > other.grant || (grant == other.grant && generation > other.generation);
        }
    }

    /** Whether tokens were issued whose response was not sent completely. */
    public boolean answerLost() {
        return issued.isPresent() && (end == End.LOST || end == End.CALLER_GONE);
    }
}
