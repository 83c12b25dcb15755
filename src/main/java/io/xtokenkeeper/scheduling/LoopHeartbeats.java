package io.xtokenkeeper.scheduling;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When each loop that must run last showed that it does; liveness is down where one has not for too long. */
@Singleton
public class LoopHeartbeats {
    /** A round may meet a database that hangs, several times: 5 s for a connection, 30 s for an answer. */
    public static final Duration MAX_SILENCE = Duration.ofMinutes(2);

    private final Map<String, Heartbeat> heartbeats = new ConcurrentHashMap<>();

    /** One loop's; beats for the first time with its registration. */
    public static final class Heartbeat {
        private final Duration maxSilence;
        private volatile long lastNanos = System.nanoTime();

        private Heartbeat(Duration maxSilence) {
            this.maxSilence = maxSilence;
        }

        /** Says that the loop runs. */
        public void beat() {
            lastNanos = System.nanoTime();
        }

        private boolean isSilent() {
            return System.nanoTime() - lastNanos > maxSilence.toNanos();
        }
    }

    /** @param maxSilence between two heartbeats; {@link #MAX_SILENCE} and, where it waits between rounds, that time */
    public Heartbeat register(String loop, Duration maxSilence) {
        var heartbeat = new Heartbeat(maxSilence);
        heartbeats.put(loop, heartbeat);
        return heartbeat;
    }

    /** For a loop that was stopped on purpose. */
    public void remove(String loop) {
        heartbeats.remove(loop);
    }

    /** The names of the loops that have been silent for too long, sorted. */
    public List<String> silent() {
        return heartbeats.entrySet().stream()
                .filter(entry -> entry.getValue().isSilent())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
