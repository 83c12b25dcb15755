package io.xtokenkeeper.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Rejects API calls that narrow a list by an empty value. The framework takes an empty query parameter for a missing one, so a
 * caller whose variable is empty by mistake would receive the data of all users.
 */
public class EmptyParameterFilter {
    private static final List<String> NARROWING = List.of("account", "actor", "key", "reference", "type");

    @ServerRequestFilter
    public void check(ContainerRequestContext request) {
        if (!ProblemMappers.isCall(request)) {
            return;
        }
        var parameters = request.getUriInfo().getQueryParameters();
        for (var name : NARROWING) {
            if ("".equals(parameters.getFirst(name))) {
                throw QueryParameters.invalid(name, "must not be empty; leave it out to get all");
            }
        }
    }
}
