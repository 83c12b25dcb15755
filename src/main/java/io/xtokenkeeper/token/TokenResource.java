package io.xtokenkeeper.token;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.refresh.TokenResult;
import io.xtokenkeeper.refresh.TokenService;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import io.xtokenkeeper.usage.UsageCounter;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * {@code POST /api/v1/accounts/{id}/refresh}: refreshes now and returns the new access token. {@link TokenRoute} serves
 * stored tokens.
 */
@Path("/api/v1/accounts/{id}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Tokens")
@APIResponse(
        responseCode = "200",
        description = "The token, never to be cached",
        content = @Content(schema = @Schema(implementation = AccessTokenResponse.class)))
@APIResponse(responseCode = "404", description = "Unknown account")
@APIResponse(responseCode = "409", description = "Consent required; consent_link is where")
@APIResponse(responseCode = "503", description = "No valid token is available now; retry after the time in Retry-After")
public class TokenResource {
    private final TokenService tokens;
    private final TokenOutcome outcome;
    private final UsageCounter usage;
    private final InstantSource clock;
    private final Caller caller;

    TokenResource(TokenService tokens, TokenOutcome outcome, UsageCounter usage, InstantSource clock, Caller caller) {
        this.tokens = tokens;
        this.outcome = outcome;
        this.usage = usage;
        this.clock = clock;
        this.caller = caller;
    }

    @POST
    @Path("refresh")
    @RolesAllowed(Permissions.TOKEN)
    @Operation(operationId = "refreshToken", summary = "Refresh now, and answer the new access token")
    @APIResponse(
            responseCode = "429",
            description = "Refreshed less than a minute ago; Retry-After says when to come again")
    public RestResponse<AccessTokenResponse> refresh(@RestPath String id) {
        var account = account(id);
        return answer(account, tokens.refreshed(account));
    }

    private AccountId account(String id) {
        var account = AccountId.parse(id).orElseThrow(() -> new ProblemException(Problem.unknownAccount(id)));
        caller.requireAccess(account);
        return account;
    }

    private RestResponse<AccessTokenResponse> answer(AccountId account, TokenResult fresh) {
        var token = outcome.tokenOrProblem(account, fresh);
        var now = clock.instant();
        usage.count(UsageCounter.keyOf(caller.actor()), account, UsageCounter.Kind.REFRESH, now);
        return RestResponse.ResponseBuilder.ok(AccessTokenResponse.of(account, token, now))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
