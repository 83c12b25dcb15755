package io.xtokenkeeper.security;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Limits how many resources of one kind, for example streams, are open at the same time on this replica, per caller and in
 * total.
 */
public final class CallerPermits {
    private final int maxOfAll;
    private final Map<String, Integer> byCaller = new HashMap<>();
    private int all;

    public CallerPermits(int maxOfAll) {
        this.maxOfAll = maxOfAll;
    }

    /** Must be closed when the resource is released. Closing it again has no effect. */
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
     * Acquires a permit without waiting; empty if a limit is reached.
     *
     * @param caller as named in audit events
     * @param max how many permits this caller may hold
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
