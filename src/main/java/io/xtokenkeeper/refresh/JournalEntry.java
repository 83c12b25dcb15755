package io.xtokenkeeper.refresh;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A token pair that X issued and that is on its way to the database. The journal writes it and the database saves it, in
 * either order; neither waits for the other. If the database has it first, the journal does not write it; if the journal
 * has it first, its line is dropped once the database has it.
 */
public final class JournalEntry {
    private sealed interface State {
        record InMemory() implements State {}

        record WrittenTo(JournalSegment page) implements State {}

        record Saved() implements State {}
    }

    private static final State IN_MEMORY = new State.InMemory();

    private final PendingPair pair;
    /** The encoded line; null until it is needed. */
    private volatile byte[] line;

    private final AtomicReference<State> state = new AtomicReference<>(IN_MEMORY);

    private JournalEntry(PendingPair pair) {
        this.pair = pair;
    }

    static JournalEntry of(PendingPair pair) {
        return new JournalEntry(pair);
    }

    /** Creates the entry for a token pair that an earlier process wrote to {@code page}. */
    static JournalEntry left(PendingPair pair, JournalSegment page) {
        var entry = of(pair);
        entry.written(page);
        return entry;
    }

    PendingPair pair() {
        return pair;
    }

    /**
     * Returns the token pair as one line without the line feed. Encoded once: the journal and {@link RecentPairs} need
     * the same bytes.
     */
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

    /**
     * Records that the line is on {@code page}, which waits for the save from now on, unless the database already has it.
     */
    void written(JournalSegment page) {
        page.waitForOne();
        if (!state.compareAndSet(IN_MEMORY, new State.WrittenTo(page))) {
            page.letOneGo();
        }
    }

    /** Records that the database has the token pair. */
    public void saved() {
        if (state.getAndSet(new State.Saved()) instanceof State.WrittenTo(var page)) {
            page.letOneGo();
        }
    }
}
