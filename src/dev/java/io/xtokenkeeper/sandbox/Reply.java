package io.xtokenkeeper.sandbox;

/** What the caller hears. */
sealed interface Reply {
    /**
     * An answer, sent after a while.
     *
     * @param ifUnheard run when the caller has gone before the answer could be written
     */
    record Say(Answer answer, long afterMillis, Runnable ifUnheard) implements Reply {}

    /** The connection is closed without an answer. */
    record HangUp(long afterMillis) implements Reply {}

    /** The connection stays open, and nothing ever comes. */
    record Silence() implements Reply {}

    static Reply now(Answer answer) {
        return new Say(answer, 0, () -> {});
    }
}
