package io.xtokenkeeper.security;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many things of a kind each caller, and all callers together, hold open at the same time on this replica. */
public final class CallerPermits {
    private final int maxOfAll;
    private final Map<String, Integer> byCaller = new HashMap<>();
    private int all;

    public CallerPermits(int maxOfAll) {
        this.maxOfAll = maxOfAll;
    }

    /** To be closed when the thing is over; closing it again does nothing. */
    public final class Permit {
        private final String caller;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Permit(String caller) {
            this.caller = caller;
        }

        public void close() {
            if (closed.compareAndSet(false, true)) {
                release(caller);
            }
        }
    }

    /**
     * Never waits; empty where there are too many.
     *
     * @param caller as events name it
     * @param max how many this caller may hold
     */
    public synchronized Optional<Permit> tryAcquire(String caller, int max) {
        var own = byCaller.getOrDefault(caller, 0);
        if (own >= max || all >= maxOfAll) {
            return Optional.empty();
        }
        byCaller.put(caller, own + 1);
        all++;
        return Optional.of(new Permit(caller));
    }

    private synchronized void release(String caller) {
        byCaller.computeIfPresent(caller, (same, own) -> own == 1 ? null : own - 1);
        all--;
    }
}
