package io.xtokenkeeper.x;

import java.net.URI;
import java.time.Duration;

/**
 * Where X is, and how long we wait for it.
 *
 * @param api scheme, host and port, without a path
 * @param deadline for one call, from connecting to the last octet of the answer
 */
public record XHosts(URI authorize, URI api, Duration deadline) {
    private static final String X = "api.x.com";

    /** What {@code iss} of an authorization response must be (RFC 9207): X's metadata names its API host. */
    public String issuer() {
        return api.toString();
    }

    /** False where something else stands in for X, as in development. */
    public boolean isX() {
        return X.equals(api.getHost());
    }
}
