package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** The data of the usage chart, which its page requests without user action. */
@Path("/live/usage")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class UsageLiveResource {
    private final UsageData usage;

    UsageLiveResource(UsageData usage) {
        this.usage = usage;
    }

    @GET
    @Operation(hidden = true)
    public UsageSeries series(
            @RestQuery Optional<String> key, @RestQuery Optional<String> account, @RestQuery Optional<String> span) {
        return usage.series(UsageParams.of(key, account, span));
    }
}
