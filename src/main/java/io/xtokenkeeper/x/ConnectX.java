package io.xtokenkeeper.x;

import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientResponseContext;
import jakarta.ws.rs.client.ClientResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Builds the typed clients: no retry, no redirect, a deadline on connecting and on reading, any status and any content type an answer. */
public final class ConnectX {
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

    private static final Duration BEYOND = Duration.ofMinutes(1);

    private ConnectX() {}

    /**
     * @param permits of which each must find a connection
     * @param longest that any call may take
     */
    public static AskX to(XHosts hosts, XApp app, XCallPermits permits, Duration longest, InstantSource clock) {
        return new AskX(
                client(hosts, permits, longest, OAuth2Api.class),
                client(hosts, permits, longest, UsersApi.class),
                app,
                hosts,
                clock);
    }

    private static <T> T client(XHosts hosts, XCallPermits permits, Duration longest, Class<T> api) {
        var connect = hosts.deadline().compareTo(LONGEST_CONNECT) < 0 ? hosts.deadline() : LONGEST_CONNECT;
        return QuarkusRestClientBuilder.newBuilder()
                .baseUri(hosts.api())
                .connectTimeout(connect.toMillis(), TimeUnit.MILLISECONDS)
                // how long a call may take is up to AskX, which gives an answer that is there already the time to be
                // read
                .readTimeout(longest.plus(BEYOND).toMillis(), TimeUnit.MILLISECONDS)
                .followRedirects(false)
                .register(new ReadableContentType())
                .property("microprofile.rest.client.disable.default.mapper", true)
                .property("io.quarkus.rest.client.connection-pool-size", permits.connections())
                .build(api);
    }

    /** A body is read as it is: a content type that is none must not keep us from it. */
    private static final class ReadableContentType implements ClientResponseFilter {
        @Override
        public void filter(ClientRequestContext request, ClientResponseContext response) {
            // filters are called for a call that failed, too: then there is no answer, and no header
            if (response.getHeaders() != null) {
                response.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_OCTET_STREAM);
            }
        }
    }
}
