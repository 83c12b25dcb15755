package io.xtokenkeeper.http;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** The pages that the {@code type} of a problem points to. */
@Path("/problems")
@Produces(MediaType.TEXT_HTML)
public class ProblemTypesResource {
    @GET
    @Operation(hidden = true)
    public Response all() {
        return ErrorPages.listed(List.of(ProblemType.values()));
    }

    @GET
    @Path("/{slug}")
    @Operation(hidden = true)
    public Response one(@RestPath String slug) {
        return ErrorPages.explained(ProblemType.bySlug(slug).orElseThrow(NotFoundException::new));
    }
}
