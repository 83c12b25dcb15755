package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** New audit events for a page that is open, which requests them every two seconds without user action. */
@Path("/live/audit")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class AuditLiveResource {
    private final AuditData events;

    AuditLiveResource(AuditData events) {
        this.events = events;
    }

    /** The rows after the id, at most 50; 204 if there are none, so that the page stays as it is. */
    @GET
    @Operation(hidden = true)
    public Response newer(
            @RestQuery Optional<String> account,
            @RestQuery Optional<String> actor,
            @RestQuery Optional<String> type,
            @RestQuery Optional<String> from,
            @RestQuery("after") @DefaultValue("0") @Min(0) long after) {
        var view = AuditParams.of(account, actor, type, from, Optional.empty(), Optional.empty(), Optional.empty());
        return events.after(after, view)
                .map(newer -> ErrorPages.page(
                                Response.Status.OK.getStatusCode(), AdminPages.auditRows(newer.rows(), newer.address()))
                        .build())
                .orElseGet(() -> Response.noContent().build());
    }
}
