package io.xtokenkeeper.refresh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Keeps recently saved token pairs, encrypted, because a standby that takes over may not have them. Limited to one minute
 * and 20000 entries. Kept as lines of the journal, one array each, so that a large number of refreshes does not fill the
 * heap.
 */
final class RecentPairs {
    private static final long KEPT_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MAX_KEPT = 20_000;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Saved(byte[] line, long at) {}

    private final Deque<Saved> saved = new ArrayDeque<>();

    synchronized void add(byte[] line) {
        var now = System.nanoTime();
        saved.addLast(new Saved(line, now));
        while (saved.size() > MAX_KEPT || now - saved.peekFirst().at() > KEPT_NANOS) {
            saved.removeFirst();
        }
    }

    /**
     * Returns all token pairs, oldest first: a standby may lack several of one account, and each is saved only over the
     * previous one.
     */
    synchronized List<PendingPair> all() {
        return saved.stream().map(one -> decoded(one.line())).toList();
    }

    private static PendingPair decoded(byte[] line) {
        try {
            return JournalRecord.decode(line);
        } catch (IOException e) {
            throw new UncheckedIOException("a line of this process's own", e);
        }
    }
}
