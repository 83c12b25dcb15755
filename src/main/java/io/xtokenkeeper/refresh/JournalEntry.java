package io.xtokenkeeper.refresh;

import io.xtokenkeeper.vault.Verdict;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One pair on its way from X to the store. The journal writes it down and the store takes it, in whichever order; neither
 * waits for the other. What the store has first is not written at all, what is written first is let go when the store has
 * it.
 */
final class JournalEntry {
    private sealed interface State {
        record OnItsWay() implements State {}

        record WrittenTo(JournalPage page) implements State {}

        record Saved() implements State {}
    }

    private static final State ON_ITS_WAY = new State.OnItsWay();

    private final Verdict.Rotated rotation;
    private final AtomicReference<State> state = new AtomicReference<>(ON_ITS_WAY);

    private JournalEntry(Verdict.Rotated rotation) {
        this.rotation = rotation;
    }

    static JournalEntry of(Verdict.Rotated rotation) {
        return new JournalEntry(rotation);
    }

    /** One that an earlier process left on {@code page}. */
    static JournalEntry left(Verdict.Rotated rotation, JournalPage page) {
        var entry = of(rotation);
        entry.written(page);
        return entry;
    }

    Verdict.Rotated rotation() {
        return rotation;
    }

    boolean isSaved() {
        return state.get() instanceof State.Saved;
    }

    /** The line is on {@code page}, which waits for it from now on, unless the store was faster. */
    void written(JournalPage page) {
        page.waitForOne();
        if (!state.compareAndSet(ON_ITS_WAY, new State.WrittenTo(page))) {
            page.letOneGo();
        }
    }

    /** The store has it. */
    void saved() {
        if (state.getAndSet(new State.Saved()) instanceof State.WrittenTo(var page)) {
            page.letOneGo();
        }
    }
}
