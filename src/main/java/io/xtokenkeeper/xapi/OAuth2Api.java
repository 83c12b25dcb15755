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
 * Typed client for X's token and revocation endpoints. Every HTTP status is a regular response, none is thrown. Bodies are
 * read as bytes, because X's gateway may respond with HTML. {@link XOAuthClient} handles connection errors and timeouts.
 */
@RegisterRestClient(configKey = "x")
@RegisterProvider(ReadableContentType.class)
@RegisterProvider(XClientOptions.class)
@Path("/2/oauth2")
public interface OAuth2Api {
    /** Refreshes a grant (RFC 6749 §6). */
    @POST
    @Path("/token")
    Uni<Response> refresh(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @RestForm("grant_type") String grantType,
            @RestForm("refresh_token") String refreshToken,
            @RestForm("client_id") String clientId);

    /** Exchanges an authorization code for tokens (RFC 6749 §4.1.3 with RFC 7636 §4.5). */
    @POST
    @Path("/token")
    Uni<Response> exchange(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @RestForm("grant_type") String grantType,
            @RestForm String code,
            @RestForm("redirect_uri") String redirectUri,
            @RestForm("code_verifier") String codeVerifier,
            @RestForm("client_id") String clientId);

    /** Revokes a token (RFC 7009). */
    @POST
    @Path("/revoke")
    Uni<Response> revoke(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @RestForm String token,
            @RestForm("token_type_hint") String tokenTypeHint,
            @RestForm("client_id") String clientId);
}
