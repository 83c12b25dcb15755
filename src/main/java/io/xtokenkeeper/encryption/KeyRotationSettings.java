package io.xtokenkeeper.encryption;

import java.time.Duration;
import java.util.Optional;

/**
 * @param every how old the newest data key grows before the timer adds another; empty for never
 * @param rate rows sealed anew in a second
 */
public record KeyRotationSettings(Optional<Duration> every, int rate) {}
