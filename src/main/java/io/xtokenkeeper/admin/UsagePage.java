package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Usage by the hour or day: a chart with a table of its data, and the keys and accounts that were used most. */
@Path("/operator/usage")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class UsagePage {
    private final UsageData usage;

    UsagePage(UsageData usage) {
        this.usage = usage;
    }

    /** @param span {@code day}, {@code week}, {@code month} or {@code quarter} */
    @GET
    @Operation(hidden = true)
    public Response show(
            @RestQuery Optional<String> key, @RestQuery Optional<String> account, @RestQuery Optional<String> span) {
        var view = usage.view(UsageParams.of(key, account, span));
        return ErrorPages.page(Response.Status.OK.getStatusCode(), AdminPages.usage(view))
                .build();
    }
}
