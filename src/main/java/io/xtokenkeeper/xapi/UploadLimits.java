package io.xtokenkeeper.xapi;

import java.time.Duration;

/**
 * How long a request's body may hold a connection to X.
 *
 * @param idle without any byte of it moving, whether the caller does not send or X does not read
 * @param total from its first byte to its last
 */
record UploadLimits(Duration idle, Duration total) {
    static final UploadLimits DEFAULT = new UploadLimits(Duration.ofSeconds(30), Duration.ofMinutes(15));
}
