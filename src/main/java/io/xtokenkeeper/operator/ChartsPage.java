package io.xtokenkeeper.operator;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.security.Rights;
import io.xtokenkeeper.web.Pages;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** How refreshes go, as pictures, each with a table behind it. */
@Path("/operator/charts")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Rights.MANAGE)
@RunOnVirtualThread
public class ChartsPage {
    private final DrawCharts charts;

    ChartsPage(DrawCharts charts) {
        this.charts = charts;
    }

    @GET
    @Operation(hidden = true)
    public Response show() {
        return Pages.page(Response.Status.OK.getStatusCode(), OperatorPages.charts(charts.draw()))
                .build();
    }
}
