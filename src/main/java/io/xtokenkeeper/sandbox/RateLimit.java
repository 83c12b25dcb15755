package io.xtokenkeeper.sandbox;

import java.util.Map;

/** X's rate limit headers over a window of 15 minutes. Only counts; calls are rejected by a configured fault. */
final class RateLimit {
    private static final long WINDOW_SECONDS = 900;

    private final long limit;
    private long windowEnd;
    private long used;

    RateLimit(long limit) {
        this.limit = limit;
    }

    synchronized Map<String, String> headers(long nowMillis) {
        long now = nowMillis / 1000;
        if (now >= windowEnd) {
            windowEnd = now + WINDOW_SECONDS;
            used = 0;
        }
        used++;
        return Map.of(
                "x-rate-limit-limit", Long.toString(limit),
                "x-rate-limit-remaining", Long.toString(Math.max(0, limit - used)),
                "x-rate-limit-reset", Long.toString(windowEnd));
    }
}
