package io.xtokenkeeper.x;

import java.net.URI;
import java.time.Duration;

/**
 * Where X is, and how long we wait for it.
 *
 * @param api scheme, host and port, without a path
 * @param deadline for one call, from connecting to the last octet of the answer
 */
public record XHosts(URI authorize, URI api, Duration deadline) {}
