package io.xtokenkeeper.encryption;

import java.time.Duration;
import java.util.Optional;

/**
 * How often a data key is added.
 *
 * @param value age of the newest data key at which the scheduler adds another; empty for never
 */
public record RotationInterval(Optional<Duration> value) {
    public static final Duration LEAST = Duration.ofDays(1);
}
