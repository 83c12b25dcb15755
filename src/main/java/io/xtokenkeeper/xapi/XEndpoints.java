package io.xtokenkeeper.xapi;

import io.vertx.core.http.HttpClientOptions;
import io.xtokenkeeper.egress.Egress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The addresses of X, how to connect to them, and how long to wait for a response.
 *
 * @param api scheme, host and port, without a path
 * @param deadline for one call, from connecting to the last byte of the response; a call that spends a token has its own
 *     limit
 */
public record XEndpoints(URI authorize, URI api, Duration deadline, Egress egress) {
    private static final String X = "api.x.com";

    /** Connects directly, without a proxy. */
    public XEndpoints(URI authorize, URI api, Duration deadline) {
        this(authorize, api, deadline, Egress.DIRECT);
    }

    /** The value that {@code iss} of an authorization response must have (RFC 9207): X's metadata names its API host. */
    public String issuer() {
        return api.toString();
    }

    /** Whether this is X itself; false for a stand-in, as in development. */
    public boolean isX() {
        return X.equals(api.getHost());
    }

    /** Options for an HTTP client that calls X's API. */
    HttpClientOptions clientOptions() {
        return egress.clientOptions(api);
    }

    /** The reason why a request was not sent, without secrets, for logs and callers. Empty if it may have been sent. */
    public Optional<String> notSent(Throwable failure) {
        return egress.notConnected(failure, api).map(why -> switch (why) {
            case UNREACHABLE, UNKNOWN_HOST, TLS -> "X cannot be reached";
            default -> "X cannot be reached: " + why.words();
        });
    }
}
