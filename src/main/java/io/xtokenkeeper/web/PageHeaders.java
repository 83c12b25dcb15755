package io.xtokenkeeper.web;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Headers of every page: nothing but our own stylesheet and pictures is loaded, nobody frames us, no address leaks on to
 * the next site (RFC 9700 §4.2.4, RFC 6749 §10.13). The consent's addresses carry codes, so those are never stored.
 */
public class PageHeaders {
    /** No form leads to X: "connect" is a link, since form-action would also judge the redirect that follows. */
    private static final String POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
            + " base-uri 'none'; frame-ancestors 'none'";

    @ServerResponseFilter
    public void add(ContainerRequestContext request, ContainerResponseContext response) {
        var headers = response.getHeaders();
        if (MediaType.TEXT_HTML_TYPE.isCompatible(response.getMediaType())) {
            headers.putSingle("Content-Security-Policy", POLICY);
        }
        if (request.getUriInfo().getPath().startsWith("/oauth/")) {
            headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
        }
    }
}
