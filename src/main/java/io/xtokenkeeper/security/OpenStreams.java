package io.xtokenkeeper.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.audit.AuditEventScope;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * The event streams that are open on this replica: a limited number per caller, each only as long as the caller's key is
 * valid.
 */
@Singleton
public class OpenStreams {
    /** The attribute of a session's identity that holds the id of what the session was started with. */
    static final String KEY_OF_SESSION = "key-of-session";

    /** Turns off nginx's buffering for a response; otherwise nginx delays it until a buffer is full. */
    private static final String UNBUFFERED = "X-Accel-Buffering";

    private final ApiKeyCache keys;
    private final SessionService sessions;
    private final SecurityIdentity caller;
    private final RoutingContext request;
    private final CallerPermits permits = new CallerPermits(Integer.MAX_VALUE);

    /** @param caller a proxy, like {@code request}, for the request in which a stream is opened */
    OpenStreams(ApiKeyCache keys, SessionService sessions, SecurityIdentity caller, RoutingContext request) {
        this.keys = keys;
        this.sessions = sessions;
        this.caller = caller;
        this.request = request;
    }

    /**
     * Opens a stream as the response to the current, already authorized request. Must be closed when the stream ends.
     *
     * @param max how many streams this caller may have open
     * @throws ProblemException if that many are already open
     */
    public Stream open(int max) {
        var permit = permits.tryAcquire(caller.getPrincipal().getName(), max)
                .orElseThrow(() -> new ProblemException(
                        Problem.of(ProblemType.TOO_MANY_STREAMS, max + " streams are open, which is the most")));
        request.response().putHeader(UNBUFFERED, "no");
        return new Stream(
                permit,
                Optional.<KeyAccess>ofNullable(caller.getAttribute(ApiKeyIdentityProvider.KEY))
                        .map(KeyAccess::id),
                Optional.ofNullable(caller.getAttribute(KEY_OF_SESSION)));
    }

    /** An open stream. */
    public final class Stream {
        private final CallerPermits.Permit permit;
        private final Optional<String> key;
        private final Optional<String> keyOfSession;

        private Stream(CallerPermits.Permit permit, Optional<String> key, Optional<String> keyOfSession) {
            this.permit = permit;
            this.key = key;
            this.keyOfSession = keyOfSession;
        }

        /**
         * Returns false once the caller's key has been revoked or has expired, on every replica within a second. Reads from
         * memory only.
         */
        public boolean mayGoOn() {
            return key.map(id -> keys.good(id).isPresent()).orElse(true)
                    && keyOfSession.map(sessions::isGood).orElse(true);
        }

        /**
         * The audit events that the caller's key may read now: the accounts of its references change while the stream is
         * open. Reads from memory only.
         */
        public AuditEventScope events() {
            return key.map(id -> keys.good(id).map(KeyAccess::events).orElse(AuditEventScope.NONE))
                    .orElse(AuditEventScope.ALL);
        }

        /** Releases the permit. Closing it again has no effect. */
        public void close() {
            permit.close();
        }
    }
}
