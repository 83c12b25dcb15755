package io.xtokenkeeper.web;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Redirects within this service lead to where browsers reach it, by whatever scheme and {@code Host} the request came. The
 * framework completes an address without a host from the request, which a proxy with TLS, or anybody, may have written. Where the
 * service is reached by http, on this machine alone, a browser stays at the name that it used: its cookies are for that one.
 */
public class PublicRedirects {
    private final Origin origin;

    PublicRedirects(Origin origin) {
        this.origin = origin;
    }

    @ServerResponseFilter
    public void correct(ContainerRequestContext request, ContainerResponseContext response) {
        var location = response.getLocation();
        if (origin.isSecure() && location != null && isOurs(location, request.getUriInfo())) {
            response.getHeaders().putSingle(HttpHeaders.LOCATION, URI.create(origin.value() + rest(location)));
        }
    }

    private static boolean isOurs(URI location, UriInfo request) {
        var here = request.getBaseUri();
        return location.getRawAuthority() == null
                || (location.getRawAuthority().equals(here.getRawAuthority())
                        && location.getScheme().equals(here.getScheme()));
    }

    private static String rest(URI location) {
        return location.getRawPath()
                + (location.getRawQuery() == null ? "" : "?" + location.getRawQuery())
                + (location.getRawFragment() == null ? "" : "#" + location.getRawFragment());
    }
}
