package io.xtokenkeeper.charts;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The charts of refreshes, each with a table of its data. */
@Path("/operator/charts")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class ChartsPage {
    private final ChartData charts;

    ChartsPage(ChartData charts) {
        this.charts = charts;
    }

    @GET
    @Operation(hidden = true)
    public Response show() {
        return ErrorPages.page(Response.Status.OK.getStatusCode(), ChartPages.charts(charts.draw()))
                .build();
    }
}
