package io.xtokenkeeper.vault;

import java.time.Instant;
import java.util.Optional;

/**
 * What became, or becomes, of the values that were sealed when a data key was added.
 *
 * @param dataKeyId the key that was added
 * @param finishedAt empty while values are sealed anew
 * @param total values that were under older keys when it began
 * @param remaining those that still are, counted now and then
 * @param unreadable those that do not open; they stay as they are
 */
public record Rotation(
        int dataKeyId, Instant startedAt, Optional<Instant> finishedAt, long total, long remaining, long unreadable) {
    public boolean isRunning() {
        return finishedAt.isEmpty();
    }
}
