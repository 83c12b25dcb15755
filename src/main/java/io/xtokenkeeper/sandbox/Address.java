package io.xtokenkeeper.sandbox;

import java.net.URI;
import java.util.Optional;

/**
 * The address that the simulator listens on.
 *
 * @param port 0 for any free one
 * @param publicUrl the base URL for browsers, if it differs from {@code http://host:port}
 */
public record Address(String host, int port, Optional<URI> publicUrl) {
    static Address loopback() {
        return new Address("127.0.0.1", 0, Optional.empty());
    }

    /** A listener on all interfaces is reached over loopback. */
    String reachableHost() {
        return host.equals("0.0.0.0") ? "127.0.0.1" : host;
    }
}
