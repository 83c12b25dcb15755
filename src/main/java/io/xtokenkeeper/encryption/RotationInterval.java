package io.xtokenkeeper.encryption;

import java.time.Duration;
import java.util.Optional;

/** @param value how old the newest data key grows before the timer adds another; empty for never */
public record RotationInterval(Optional<Duration> value) {
    public static final Duration LEAST = Duration.ofDays(1);
}
