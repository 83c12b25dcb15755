package io.xtokenkeeper.sandbox;

import java.util.function.Supplier;

/** How the simulator replies to a call. */
sealed interface Reply {
    /** Is notified once what happened to a response. */
    interface Fate {
        void answered();

        void callerGone();
    }

    /** For responses that are not recorded. */
    Fate UNRECORDED = new Fate() {
        @Override
        public void answered() {}

        @Override
        public void callerGone() {}
    };

    /** A response, sent after a delay. */
    record Say(Answer answer, long afterMillis, Fate fate) implements Reply {}

    /** The call is processed after a delay, even if the caller has disconnected; {@code work} returns the reply. */
    record Later(long afterMillis, Supplier<Reply> work) implements Reply {}

    /** The connection is closed without a response. */
    record HangUp(long afterMillis) implements Reply {}

    /** The connection stays open without a response. */
    record Silence() implements Reply {}

    static Reply now(Answer answer) {
        return new Say(answer, 0, UNRECORDED);
    }
}
