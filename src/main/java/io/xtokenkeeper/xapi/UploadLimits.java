package io.xtokenkeeper.xapi;

import java.time.Duration;

/**
 * Limits how long a request body may occupy a connection to X.
 *
 * @param idle without any byte transferred, because the caller does not send or X does not read
 * @param total from the first byte to the last
 */
record UploadLimits(Duration idle, Duration total) {
    static final UploadLimits DEFAULT = new UploadLimits(Duration.ofSeconds(30), Duration.ofMinutes(15));
}
