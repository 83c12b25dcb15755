package io.xtokenkeeper.consent;

import io.xtokenkeeper.web.Pages;
import io.xtokenkeeper.x.XHosts;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The first page: what this is, and, where consent is open to everybody, the way in. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
public class LandingResource {
    private final ConsentSettings settings;
    private final XHosts hosts;

    LandingResource(ConsentSettings settings, XHosts hosts) {
        this.settings = settings;
        this.hosts = hosts;
    }

    @GET
    @Operation(hidden = true)
    public Response landing() {
        var standIn = Optional.of(hosts.api().getRawAuthority()).filter(host -> !hosts.isX());
        return Pages.page(Response.Status.OK.getStatusCode(), ConsentPages.landing(settings.open(), standIn))
                .build();
    }
}
