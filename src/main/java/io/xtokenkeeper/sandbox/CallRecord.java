package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.time.Instant;
import java.util.Optional;

/** One call in flight, for {@link LoggedCall}. Guarded by the lock of {@link SimulatorState}. */
final class CallRecord {
    private final Endpoint endpoint;
    private final Optional<UserId> user;
    private final String host;
    private final String presented;
    private final long arrived;
    private long worked;
    private long ended;
    private String outcome = "waiting";
    private Optional<LoggedCall.Issue> issued = Optional.empty();
    private LoggedCall.End end = LoggedCall.End.OPEN;

    CallRecord(Endpoint endpoint, Optional<UserId> user, String host, String presented, long now) {
        this.endpoint = endpoint;
        this.user = user;
        this.host = host;
        this.presented = presented;
        this.arrived = now;
    }

    void worked(String newOutcome, long now) {
        outcome = newOutcome;
        worked = now;
    }

    /** This call issued a new token pair. */
    void issued(LoggedCall.Issue issue) {
        issued = Optional.of(issue);
    }

    /** Only the first end is recorded; false if the call had ended before. */
    boolean ended(LoggedCall.End how, long now) {
        if (end != LoggedCall.End.OPEN) {
            return false;
        }
        end = how;
        ended = now;
        return true;
    }

    LoggedCall snapshot() {
        return new LoggedCall(
                endpoint,
                user.map(UserId::toString).orElse(""),
                host,
                presented,
                Instant.ofEpochMilli(arrived),
                time(worked),
                time(ended),
                outcome,
                issued,
                end);
    }

    private static Optional<Instant> time(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
