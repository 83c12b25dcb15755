package io.xtokenkeeper.xapi;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jboss.resteasy.reactive.RestForm;

/**
 * X's token endpoints. Every status is an answer, and bodies are read as bytes: X's gateway may answer HTML. What may go
 * wrong on the way is {@link XOAuthClient}'s.
 */
@RegisterRestClient(configKey = "x")
@RegisterProvider(ReadableContentType.class)
@RegisterProvider(XClientOptions.class)
@Path("/2/oauth2")
public interface OAuth2Api {
    /** RFC 6749 §6. */
    @POST
    @Path("/token")
    Uni<Response> refresh(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @RestForm("grant_type") String grantType,
            @RestForm("refresh_token") String refreshToken,
            @RestForm("client_id") String clientId);

    /** RFC 6749 §4.1.3 with RFC 7636 §4.5. */
    @POST
    @Path("/token")
    Uni<Response> exchange(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @RestForm("grant_type") String grantType,
            @RestForm String code,
            @RestForm("redirect_uri") String redirectUri,
            @RestForm("code_verifier") String codeVerifier,
            @RestForm("client_id") String clientId);

    /** RFC 7009. */
    @POST
    @Path("/revoke")
    Uni<Response> revoke(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @RestForm String token,
            @RestForm("token_type_hint") String tokenTypeHint,
            @RestForm("client_id") String clientId);
}
