package io.xtokenkeeper.scheduling;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Records the last heartbeat of each loop that must keep running; liveness is down if a heartbeat is overdue. */
@Singleton
public class LoopHeartbeats {
    /**
     * Maximum time between two heartbeats. A round may wait several times for a database that hangs: 5 s for a connection,
     * 30 s for a result.
     */
    public static final Duration MAX_SILENCE = Duration.ofMinutes(2);

    private final Map<String, Heartbeat> heartbeats = new ConcurrentHashMap<>();

    /** The heartbeat of one loop; its registration counts as the first heartbeat. */
    public static final class Heartbeat {
        private final Duration maxSilence;
        private volatile long lastNanos = System.nanoTime();

        private Heartbeat(Duration maxSilence) {
            this.maxSilence = maxSilence;
        }

        /** Records that the loop is running. */
        public void beat() {
            lastNanos = System.nanoTime();
        }

        private boolean isSilent() {
            return System.nanoTime() - lastNanos > maxSilence.toNanos();
        }
    }

    /**
     * @param maxSilence maximum time between two heartbeats; {@link #MAX_SILENCE}, plus the wait between rounds if there is
     *     one
     */
    public Heartbeat register(String loop, Duration maxSilence) {
        var heartbeat = new Heartbeat(maxSilence);
        heartbeats.put(loop, heartbeat);
        return heartbeat;
    }

    /** For a loop that is stopped on purpose. */
    public void remove(String loop) {
        heartbeats.remove(loop);
    }

    /** The names of the loops whose heartbeat is overdue, sorted. */
    public List<String> silent() {
        return heartbeats.entrySet().stream()
                .filter(entry -> entry.getValue().isSilent())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
