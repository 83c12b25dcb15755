package io.xtokenkeeper.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Completes redirects within this service with the public base URL, regardless of the request's scheme and {@code Host},
 * which a proxy with TLS or an attacker may have written. {@link ErrorPages#redirect} creates each of them as a path.
 * Exception: on loopback by http, a browser stays at the name and port that it used, because its cookies are bound to that
 * name.
 */
public class PublicRedirects {
    private final PublicBaseUrl publicUrl;

    PublicRedirects(PublicBaseUrl publicUrl) {
        this.publicUrl = publicUrl;
    }

    @ServerResponseFilter
    public void complete(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getHeaders().getFirst(HttpHeaders.LOCATION) instanceof String path && path.startsWith("/")) {
            var host = request.getUriInfo().getBaseUri().getRawAuthority();
            var origin = publicUrl.isOtherLoopback(host) ? "" : publicUrl.origin();
            response.getHeaders().putSingle(HttpHeaders.LOCATION, origin + publicUrl.withPrefix(path));
        }
    }
}
