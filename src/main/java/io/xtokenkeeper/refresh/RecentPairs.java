package io.xtokenkeeper.refresh;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Pairs that were saved a moment ago, encrypted: a standby that takes over may not have them. Bounded in time and number, so
 * that a large sweep does not fill the memory.
 */
final class RecentPairs {
    private static final long KEPT_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MAX_KEPT = 20_000;

    private record Saved(PendingPair pair, long at) {}

    private final Deque<Saved> saved = new ArrayDeque<>();

    synchronized void add(PendingPair pair) {
        var now = System.nanoTime();
        saved.addLast(new Saved(pair, now));
        while (saved.size() > MAX_KEPT || now - saved.peekFirst().at() > KEPT_NANOS) {
            saved.removeFirst();
        }
    }

    /** The newest one of each account. */
    synchronized List<PendingPair> all() {
        var newest = new LinkedHashMap<String, PendingPair>();
        saved.forEach(one -> newest.put(one.pair().id().value(), one.pair()));
        return List.copyOf(newest.values());
    }
}
