package io.xtokenkeeper.xapi;

import io.quarkus.arc.Unremovable;
import io.vertx.core.http.HttpClientOptions;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ext.ContextResolver;

/**
 * Makes the typed clients of X use the same outbound proxy and trusted certificates as every other client. The framework's
 * own settings do not suffice: its trust stores replace the JDK's certificates, and its proxy settings interpret a {@code $}
 * in a password.
 */
@Singleton
@Unremovable
public class XClientOptions implements ContextResolver<HttpClientOptions> {
    private final XEndpoints endpoints;

    XClientOptions(XEndpoints endpoints) {
        this.endpoints = endpoints;
    }

    /** Returns a new instance on each call, because the framework modifies it. */
    @Override
    public HttpClientOptions getContext(Class<?> type) {
        return endpoints.clientOptions();
    }
}
