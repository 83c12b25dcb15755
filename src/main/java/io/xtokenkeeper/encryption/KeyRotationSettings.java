package io.xtokenkeeper.encryption;

import java.time.Duration;
import java.util.Optional;

/**
 * Settings of key rotation.
 *
 * @param every age of the newest data key at which the scheduler adds another; empty for never
 * @param rate rows re-encrypted per second
 */
public record KeyRotationSettings(Optional<Duration> every, int rate) {}
