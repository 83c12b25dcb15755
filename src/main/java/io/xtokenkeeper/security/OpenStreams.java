package io.xtokenkeeper.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.web.Problem;
import io.xtokenkeeper.web.ProblemException;
import io.xtokenkeeper.web.ProblemType;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The event streams that are open on this replica: at most a few for each caller, and none longer than its key is good. */
@Singleton
public class OpenStreams {
    /** An attribute of a session's identity: the id of the key that it came from. */
    static final String KEY_OF_SESSION = "key-of-session";

    /** nginx holds an answer back until it fills a buffer, unless the answer says this. */
    private static final String UNBUFFERED = "X-Accel-Buffering";

    private final KeyRegistry keys;
    private final Sessions sessions;
    private final SecurityIdentity caller;
    private final RoutingContext request;
    private final Map<String, Integer> open = new HashMap<>();

    /** @param caller like {@code request}, of the call that is at hand when a stream is opened */
    OpenStreams(KeyRegistry keys, Sessions sessions, SecurityIdentity caller, RoutingContext request) {
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
        var name = caller.getPrincipal().getName();
        count(name, max);
        request.response().putHeader(UNBUFFERED, "no");
        return new Stream(
                name,
                Optional.<ApiKey>ofNullable(caller.getAttribute(ApiKeyIdentityProvider.KEY))
                        .map(ApiKey::id),
                Optional.ofNullable(caller.getAttribute(KEY_OF_SESSION)));
    }

    private synchronized void count(String name, int max) {
        var own = open.getOrDefault(name, 0);
        if (own >= max) {
            throw new ProblemException(
                    Problem.of(ProblemType.TOO_MANY_STREAMS, own + " streams are open, which is the most"));
        }
        open.put(name, own + 1);
    }

    private synchronized void discount(String name) {
        open.computeIfPresent(name, (same, own) -> own == 1 ? null : own - 1);
    }

    /** One of them. */
    public final class Stream {
        private final String name;
        private final Optional<String> key;
        private final Optional<String> keyOfSession;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Stream(String name, Optional<String> key, Optional<String> keyOfSession) {
            this.name = name;
            this.key = key;
            this.keyOfSession = keyOfSession;
        }

        /** False once the caller's key was revoked or has ended, within a second on every replica. Asks nobody but memory. */
        public boolean mayGoOn() {
            return key.map(id -> keys.good(id).isPresent()).orElse(true)
                    && keyOfSession.map(sessions::isGood).orElse(true);
        }

        /** Closing it again does nothing. */
        public void close() {
            if (closed.compareAndSet(false, true)) {
                discount(name);
            }
        }
    }
}
