package io.xtokenkeeper.faults;

import java.time.Instant;

/**
 * The time during which a replica or the database did not run, or was ended.
 *
 * @param replica {@link #DATABASE}, or the replica's host name at X, {@link io.xtokenkeeper.sandbox.LoggedCall#host()}
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
