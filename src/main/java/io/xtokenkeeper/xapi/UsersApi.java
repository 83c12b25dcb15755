package io.xtokenkeeper.xapi;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jboss.resteasy.reactive.RestQuery;

/** Typed client for X's users/me. Calls are rate-limited and billed, so there is one per consent. */
@RegisterRestClient(configKey = "x")
@RegisterProvider(ReadableContentType.class)
@RegisterProvider(XClientOptions.class)
@Path("/2/users")
public interface UsersApi {
    @GET
    @Path("/me")
    Uni<Response> me(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, @RestQuery("user.fields") String fields);
}
