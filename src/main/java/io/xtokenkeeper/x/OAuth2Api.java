package io.xtokenkeeper.x;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** X's token endpoints. Bodies are taken as text: X's gateway may answer HTML. */
@Path("/2/oauth2")
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
interface OAuth2Api {
    @POST
    @Path("/token")
    Uni<Response> token(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, String form);

    @POST
    @Path("/revoke")
    Uni<Response> revoke(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, String form);
}
