package io.xtokenkeeper.x;

import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Builds the typed clients: no retry, no redirect, a deadline on connecting and on reading, any status an answer. */
public final class ConnectX {
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

    private static final Duration BEYOND = Duration.ofMinutes(1);

    private ConnectX() {}

    /** @param connections how many calls may be under way at the same time */
    public static AskX to(XHosts hosts, XApp app, int connections, InstantSource clock) {
        return new AskX(
                client(hosts, connections, OAuth2Api.class),
                client(hosts, connections, UsersApi.class),
                app,
                hosts,
                clock);
    }

    private static <T> T client(XHosts hosts, int connections, Class<T> api) {
        var connect = hosts.deadline().compareTo(LONGEST_CONNECT) < 0 ? hosts.deadline() : LONGEST_CONNECT;
        return QuarkusRestClientBuilder.newBuilder()
                .baseUri(hosts.api())
                .connectTimeout(connect.toMillis(), TimeUnit.MILLISECONDS)
                // the deadline is kept by AskX, which gives an answer that is there already the time to be read
                .readTimeout(hosts.deadline().plus(BEYOND).toMillis(), TimeUnit.MILLISECONDS)
                .followRedirects(false)
                .property("microprofile.rest.client.disable.default.mapper", true)
                .property("io.quarkus.rest.client.connection-pool-size", connections)
                .build(api);
    }
}
