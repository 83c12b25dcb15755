package io.xtokenkeeper.consumer;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many bodies that are too long to be kept may be on their way to X at the same time, on this replica. Each holds a
 * connection for as long as its caller likes, within limits; other calls must find one too.
 */
@Singleton
class UploadPermits {
    static final int MAX_PER_KEY = 8;
    private static final int MAX = 128;

    private final Map<String, Integer> byKey = new HashMap<>();
    private int all;

    /** To be closed when the upload is over; closing it again does nothing. */
    final class Permit {
        private final String key;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Permit(String key) {
            this.key = key;
        }

        void close() {
            if (closed.compareAndSet(false, true)) {
                release(key);
            }
        }
    }

    /**
     * Never waits; empty where there are too many.
     *
     * @param key who calls, as events name it
     */
    synchronized Optional<Permit> tryAcquire(String key) {
        var own = byKey.getOrDefault(key, 0);
        if (own >= MAX_PER_KEY || all >= MAX) {
            return Optional.empty();
        }
        byKey.put(key, own + 1);
        all++;
        return Optional.of(new Permit(key));
    }

    private synchronized void release(String key) {
        byKey.computeIfPresent(key, (same, own) -> own == 1 ? null : own - 1);
        all--;
    }
}
