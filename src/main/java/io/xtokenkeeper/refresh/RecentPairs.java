package io.xtokenkeeper.refresh;

import io.xtokenkeeper.domain.AccountId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Pairs that were saved a moment ago, encrypted: a standby that takes over may not have them. Bounded in time and number, and
 * kept as lines of the journal, one object each, so that a large sweep does not fill the memory.
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

    /** The newest one of each account. */
    synchronized List<PendingPair> all() {
        var newest = new LinkedHashMap<AccountId, PendingPair>();
        for (var one : saved) {
            var pair = decoded(one.line());
            newest.put(pair.id(), pair);
        }
        return List.copyOf(newest.values());
    }

    private static PendingPair decoded(byte[] line) {
        try {
            return JournalRecord.decode(line);
        } catch (IOException e) {
            throw new UncheckedIOException("a line of this process's own", e);
        }
    }
}
