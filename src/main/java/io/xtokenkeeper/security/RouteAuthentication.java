package io.xtokenkeeper.security;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Checks the caller of an API call before anything else about it, path and media types included. Authorization is declared
 * at the resources.
 */
@Singleton
public class RouteAuthentication {
    private static final String API = "/api/";

    private final RouteAuthorizer authorizer;

    RouteAuthentication(RouteAuthorizer authorizer) {
        this.authorizer = authorizer;
    }

    /**
     * @return fails if the caller has no valid key, or none with the permission
     * @throws NotFoundException for a path with matrix parameters, which resources do not see: what is decided by the path
     *     before them must concern the same path
     */
    @ServerRequestFilter(preMatching = true)
    public Uni<Void> authenticate(ContainerRequestContext request, RoutingContext call) {
        if (call.normalizedPath().indexOf(';') >= 0) {
            throw new NotFoundException();
        }
        return request.getUriInfo().getPath().startsWith(API)
                ? authorizer.whoMayCallApi(call).replaceWithVoid()
                : Uni.createFrom().voidItem();
    }
}
