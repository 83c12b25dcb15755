package io.xtokenkeeper.faults;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import java.time.Duration;
import java.util.Locale;

/** A fault of {@link ChaosIT}, with its parameters. */
sealed interface ChaosFault {
    /** The name under which the report counts it. */
    String word();

    /** X fails the next {@code times} calls of an endpoint. {@code delay} is for the slow faults. */
    record AtX(Endpoint endpoint, Fault fault, int times, Duration delay) implements ChaosFault {
        @Override
        public String word() {
            return "x " + endpoint.name().toLowerCase(Locale.ROOT) + " "
                    + fault.name().toLowerCase(Locale.ROOT);
        }
    }

    /** X responds late to every token call, for a while: the delay is after the call is processed, or before. */
    record SlowX(Duration latency, boolean beforeTheWork, Duration length) implements ChaosFault {
        @Override
        public String word() {
            return "x slow for all, " + (beforeTheWork ? "before" : "after") + " the work";
        }
    }

    /** SIGTERM; the replica is started again after it has ended. */
    record Terminate(int replica) implements ChaosFault {
        @Override
        public String word() {
            return "replica SIGTERM";
        }
    }

    /** SIGKILL; the replica is started again after {@code pause}. */
    record Kill(int replica, Duration pause) implements ChaosFault {
        @Override
        public String word() {
            return "replica SIGKILL";
        }
    }

    /** SIGSTOP, and SIGCONT after {@code length}. */
    record Freeze(int replica, Duration length) implements ChaosFault {
        @Override
        public String word() {
            return "replica SIGSTOP";
        }
    }

    /** The clock of one replica differs by {@code step} for a while; its monotonic clock is not affected. */
    record StepClock(Duration step, Duration length) implements ChaosFault {
        @Override
        public String word() {
            return "replica clock " + (step.isNegative() ? "back" : "ahead");
        }
    }

    /** The database is down for {@code length}. */
    record RestartDatabase(boolean crash, Duration length) implements ChaosFault {
        @Override
        public String word() {
            return crash ? "database crash" : "database restart";
        }
    }

    /** Every connection to the database is terminated. */
    record CutConnections() implements ChaosFault {
        @Override
        public String word() {
            return "database connections cut";
        }
    }
}
