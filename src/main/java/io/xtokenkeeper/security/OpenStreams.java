package io.xtokenkeeper.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The event streams that are open on this replica: at most a few for each caller, and none longer than its key is good. */
@Singleton
public class OpenStreams {
    /** An attribute of a session's identity: the id of the key that it came from. */
    static final String KEY_OF_SESSION = "key-of-session";

    /** nginx holds an answer back until it fills a buffer, unless the answer says this. */
    private static final String UNBUFFERED = "X-Accel-Buffering";

    private final ApiKeyCache keys;
    private final SessionService sessions;
    private final SecurityIdentity caller;
    private final RoutingContext request;
    private final CallerPermits permits = new CallerPermits(Integer.MAX_VALUE);

    /** @param caller like {@code request}, of the call that is at hand when a stream is opened */
    OpenStreams(ApiKeyCache keys, SessionService sessions, SecurityIdentity caller, RoutingContext request) {
        this.keys = keys;
        this.sessions = sessions;
        this.caller = caller;
        this.request = request;
    }

    /**
     * The request at hand, from one who was let in, is answered by a stream. Close it when it ends.
     *
     * @param max how many of this caller's may be open
     * @throws ProblemException where that many are open already
     */
    public Stream open(int max) {
        var permit = permits.tryAcquire(caller.getPrincipal().getName(), max)
                .orElseThrow(() -> new ProblemException(
                        Problem.of(ProblemType.TOO_MANY_STREAMS, max + " streams are open, which is the most")));
        request.response().putHeader(UNBUFFERED, "no");
        return new Stream(
                permit,
                Optional.<ApiKey>ofNullable(caller.getAttribute(ApiKeyIdentityProvider.KEY))
                        .map(ApiKey::id),
                Optional.ofNullable(caller.getAttribute(KEY_OF_SESSION)));
    }

    /** One of them. */
    public final class Stream {
        private final CallerPermits.Permit permit;
        private final Optional<String> key;
        private final Optional<String> keyOfSession;

        private Stream(CallerPermits.Permit permit, Optional<String> key, Optional<String> keyOfSession) {
            this.permit = permit;
            this.key = key;
            this.keyOfSession = keyOfSession;
        }

        /** False once the caller's key was revoked or has ended, within a second on every replica. Reads memory alone. */
        public boolean mayGoOn() {
            return key.map(id -> keys.good(id).isPresent()).orElse(true)
                    && keyOfSession.map(sessions::isGood).orElse(true);
        }

        /** Closing it again does nothing. */
        public void close() {
            permit.close();
        }
    }
}
