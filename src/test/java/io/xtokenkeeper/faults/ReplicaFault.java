package io.xtokenkeeper.faults;

import java.time.Instant;

/**
 * A replica, or the database, did not run, or was ended, from one moment to the other.
 *
 * @param replica {@link #DATABASE}, or by which name it reaches X, {@link io.xtokenkeeper.sandbox.LoggedCall#host()}
 */
record ReplicaFault(String replica, Kind kind, Instant from, Instant to) {
    enum Kind {
        KILLED,
        FROZEN,
        DOWN
    }

    static final String DATABASE = "database";

    boolean overlaps(Instant begin, Instant end) {
        return !from.isAfter(end) && !to.isBefore(begin);
    }
}
