package io.xtokenkeeper.security;

import io.quarkus.security.UnauthorizedException;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Authenticates API calls before anything else about them is checked, path and media types included. Authorization is
 * declared at the resources.
 */
public class RouteAuthentication {
    private static final String API = "/api/";

    /** @return fails if the caller has no valid key */
    @ServerRequestFilter(preMatching = true)
    public Uni<Void> authenticate(ContainerRequestContext request, RoutingContext call) {
        return request.getUriInfo().getPath().startsWith(API)
                ? QuarkusHttpUser.getSecurityIdentity(call, null)
                        .invoke(identity -> {
                            if (identity == null || identity.isAnonymous()) {
                                throw new UnauthorizedException();
                            }
                        })
                        .replaceWithVoid()
                : Uni.createFrom().voidItem();
    }
}
