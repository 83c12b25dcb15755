package io.xtokenkeeper.faults;

import io.xtokenkeeper.sandbox.Endpoint;
import io.xtokenkeeper.sandbox.Fault;
import java.time.Duration;
import java.util.Locale;

/** Something that goes wrong during {@link ChaosIT}, with all it takes to do it. */
sealed interface ChaosFault {
    /** As it is counted in the report. */
    String word();

    /** X fails the next {@code times} calls of an endpoint. {@code delay} is for the slow ones. */
    record AtX(Endpoint endpoint, Fault fault, int times, Duration delay) implements ChaosFault {
        @Override
        public String word() {
            return "x " + endpoint.name().toLowerCase(Locale.ROOT) + " "
                    + fault.name().toLowerCase(Locale.ROOT);
        }
    }

    /** X answers every token call late, for a while: after the work, or before it. */
    record SlowX(Duration latency, boolean beforeTheWork, Duration length) implements ChaosFault {
        @Override
        public String word() {
            return "x slow for all, " + (beforeTheWork ? "before" : "after") + " the work";
        }
    }

    /** SIGTERM; started again when it has ended. */
    record Terminate(int replica) implements ChaosFault {
        @Override
        public String word() {
            return "replica SIGTERM";
        }
    }

    /** SIGKILL; started again after {@code pause}. */
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

    /** The clock of one replica differs by {@code step} for a while; its monotonic clock goes on as ever. */
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
