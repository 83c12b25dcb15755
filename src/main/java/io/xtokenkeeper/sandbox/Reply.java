package io.xtokenkeeper.sandbox;

import java.util.function.Supplier;

/** What the caller hears. */
sealed interface Reply {
    /** Is told once what became of an answer. */
    interface Fate {
        void answered();

        void callerGone();
    }

    /** For answers that nobody asks about later. */
    Fate UNRECORDED = new Fate() {
        @Override
        public void answered() {}

        @Override
        public void callerGone() {}
    };

    /** An answer, sent after a while. */
    record Say(Answer answer, long afterMillis, Fate fate) implements Reply {}

    /** The call is carried out after a while, and then answered as {@code work} has it, whether or not the caller is still there. */
    record Later(long afterMillis, Supplier<Reply> work) implements Reply {}

    /** The connection is closed without an answer. */
    record HangUp(long afterMillis) implements Reply {}

    /** The connection stays open, and nothing ever comes. */
    record Silence() implements Reply {}

    static Reply now(Answer answer) {
        return new Say(answer, 0, UNRECORDED);
    }
}
