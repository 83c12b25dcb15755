package io.xtokenkeeper.xapi;

import io.vertx.core.http.HttpClientOptions;
import io.xtokenkeeper.egress.Egress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where X is, how it is reached, and how long we wait for it.
 *
 * @param api scheme, host and port, without a path
 * @param deadline for one call, from connecting to the last octet of the answer
 */
public record XEndpoints(URI authorize, URI api, Duration deadline, Egress egress) {
    private static final String X = "api.x.com";

    /** Reached directly. */
    public XEndpoints(URI authorize, URI api, Duration deadline) {
        this(authorize, api, deadline, Egress.DIRECT);
    }

    /** What {@code iss} of an authorization response must be (RFC 9207): X's metadata names its API host. */
    public String issuer() {
        return api.toString();
    }

    /** False where something else stands in for X, as in development. */
    public boolean isX() {
        return X.equals(api.getHost());
    }

    /** For any client that calls X's API. */
    HttpClientOptions clientOptions() {
        return egress.clientOptions(api);
    }

    /** Why nothing was sent, fit for logs and callers; empty where something may have been. */
    public Optional<String> notSent(Throwable failure) {
        return egress.notConnected(failure, api).map(why -> switch (why) {
            case UNREACHABLE, UNKNOWN_HOST, TLS -> "X cannot be reached";
            default -> "X cannot be reached: " + why.words();
        });
    }
}
