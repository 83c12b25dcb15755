package io.xtokenkeeper.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Redirects within this service lead to where browsers reach it, by whatever scheme and {@code Host} the request came, which a
 * proxy with TLS, or anybody, may have written. Each is made by {@link ErrorPages#redirect} as a path, to which the public base URL is
 * added here. On this machine alone, by http, a browser stays at the name and port that it used: its cookies are for that name.
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
