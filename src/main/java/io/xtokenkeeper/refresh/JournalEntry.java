package io.xtokenkeeper.refresh;

import java.util.concurrent.atomic.AtomicReference;

/**
 * One pair between X and the database. The journal writes it and the database takes it, in whichever order; neither waits
 * for the other. What the database has first is not written at all, what is written first is dropped when the database has it.
 */
public final class JournalEntry {
    private sealed interface State {
        record InMemory() implements State {}

        record WrittenTo(JournalSegment page) implements State {}

        record Saved() implements State {}
    }

    private static final State IN_MEMORY = new State.InMemory();

    private final PendingPair pair;
    /** What the journal writes of it; null until it is needed. */
    private volatile byte[] line;

    private final AtomicReference<State> state = new AtomicReference<>(IN_MEMORY);

    private JournalEntry(PendingPair pair) {
        this.pair = pair;
    }

    static JournalEntry of(PendingPair pair) {
        return new JournalEntry(pair);
    }

    /** One that an earlier process left on {@code page}. */
    static JournalEntry left(PendingPair pair, JournalSegment page) {
        var entry = of(pair);
        entry.written(page);
        return entry;
    }

    PendingPair pair() {
        return pair;
    }

    /** The pair as one line, without its end. Encoded once: the journal and {@link RecentPairs} need the same. */
    byte[] line() {
        var encoded = line;
        if (encoded == null) {
            encoded = JournalRecord.encode(pair);
            line = encoded;
        }
        return encoded;
    }

    boolean isSaved() {
        return state.get() instanceof State.Saved;
    }

    /** The line is on {@code page}, which waits for it from now on, unless the database was faster. */
    void written(JournalSegment page) {
        page.waitForOne();
        if (!state.compareAndSet(IN_MEMORY, new State.WrittenTo(page))) {
            page.letOneGo();
        }
    }

    /** The database has it. */
    public void saved() {
        if (state.getAndSet(new State.Saved()) instanceof State.WrittenTo(var page)) {
            page.letOneGo();
        }
    }
}
