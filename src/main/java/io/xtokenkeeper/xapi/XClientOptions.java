package io.xtokenkeeper.xapi;

import io.quarkus.arc.Unremovable;
import io.vertx.core.http.HttpClientOptions;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ext.ContextResolver;

/**
 * Has the typed clients of X leave by the same way as everything else. The framework's own settings for that cannot say it all:
 * its trust stores replace the JDK's certificates, and its proxy settings give a {@code $} in a password a meaning.
 */
@Singleton
@Unremovable
public class XClientOptions implements ContextResolver<HttpClientOptions> {
    private final XEndpoints hosts;

    XClientOptions(XEndpoints hosts) {
        this.hosts = hosts;
    }

    /** New each time: the framework completes it. */
    @Override
    public HttpClientOptions getContext(Class<?> type) {
        return hosts.clientOptions();
    }
}
