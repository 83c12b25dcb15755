package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.xtokenkeeper.api.EventExport;
import io.xtokenkeeper.api.EventsResource.EventJson;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.Permissions;
import io.xtokenkeeper.transfer.ImportResource;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** The audit events, the newest first, filtered by account, actor, type and time; and the same as a file. */
@Path("/operator/audit")
@RolesAllowed(Permissions.MANAGE)
public class AuditPage {
    private final AuditData events;
    private final EventExport export;

    AuditPage(AuditData events, EventExport export) {
        this.events = events;
        this.export = export;
    }

    /** @param before show only events before this id */
    @GET
    @Produces(MediaType.TEXT_HTML)
    @RunOnVirtualThread
    @Operation(hidden = true)
    public Response show(
            @RestQuery Optional<String> account,
            @RestQuery Optional<String> actor,
            @RestQuery Optional<String> type,
            @RestQuery Optional<String> from,
            @RestQuery Optional<String> to,
            @RestQuery Optional<String> before,
            @RestQuery Optional<String> live) {
        var view = events.view(AuditParams.of(account, actor, type, from, to, before, live));
        return ErrorPages.page(Response.Status.OK.getStatusCode(), AdminPages.audit(view))
                .build();
    }

    /** All events that the filter lists, the oldest first, as NDJSON like {@code GET /api/v1/events/export}. */
    @GET
    @Path("export")
    @Produces(ImportResource.NDJSON)
    @Blocking
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Multi<EventJson> export(
            @RestQuery Optional<String> account,
            @RestQuery Optional<String> actor,
            @RestQuery Optional<String> type,
            @RestQuery Optional<String> from,
            @RestQuery Optional<String> to) {
        var view = AuditParams.of(account, actor, type, from, to, Optional.empty(), Optional.empty());
        return export.after(0, view.filter());
    }
}
