package io.xtokenkeeper.http;

import io.xtokenkeeper.persistence.SqlStates;
import io.xtokenkeeper.persistence.SqlStates.Kind;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Maps an unexpected failure to a problem without details for the caller, and logs the details. */
final class Unexpected {
    private static final Logger LOG = Logger.getLogger(Unexpected.class);
    private static final Duration STORE_PAUSE = Duration.ofSeconds(5);

    private Unexpected() {}

    /**
     * @param what handled the request, for the log: a name in our code or the pattern of a path, never the path itself, which may
     *     contain a secret and line breaks
     */
    static Problem problem(Throwable failure, String what) {
        if (SqlStates.kindOf(failure).filter(kind -> kind != Kind.REJECTED).isPresent()) {
            LOG.warnf("%s: the database is unavailable or busy: %s", what, failure);
            return Problem.of(ProblemType.STORE_UNAVAILABLE, "Nothing was changed")
                    .retryAfter(STORE_PAUSE);
        }
        if (SqlStates.isInvalidCharacter(failure)) {
            return Problem.of(ProblemType.BAD_REQUEST, "A text contains a character that cannot be stored");
        }
        var occurrence = URI.create("urn:uuid:" + UUID.randomUUID());
        LOG.errorf(failure, "%s failed, %s", what, occurrence);
        return Problem.of(ProblemType.INTERNAL, "The operator finds the cause in the log")
                .at(occurrence);
    }
}
