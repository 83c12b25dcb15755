package io.xtokenkeeper.consumer;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.web.Problem;
import io.xtokenkeeper.refresh.Fresh;
import io.xtokenkeeper.refresh.FreshTokens;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Rights;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.web.ProblemException;
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

/** Asks for another access token; what is there is handed out by {@link AnswerTokenCalls}. */
@Path("/api/v1/accounts/{id}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Tokens")
@APIResponse(
        responseCode = "200",
        description = "The token, never to be cached",
        content = @Content(schema = @Schema(implementation = TokenJson.class)))
@APIResponse(responseCode = "404", description = "No such account")
@APIResponse(responseCode = "409", description = "The person must consent again; consent_link is where")
@APIResponse(responseCode = "503", description = "It cannot be had now; Retry-After says when to come again")
public class TokensResource {
    private final FreshTokens tokens;
    private final TokenOutcome outcome;
    private final InstantSource clock;
    private final Caller caller;

    TokensResource(FreshTokens tokens, TokenOutcome outcome, InstantSource clock, Caller caller) {
        this.tokens = tokens;
        this.outcome = outcome;
        this.clock = clock;
        this.caller = caller;
    }

    @POST
    @Path("refresh")
    @RolesAllowed(Rights.TOKEN)
    @Operation(operationId = "refreshToken", summary = "Refresh now, and answer the new access token")
    @APIResponse(
            responseCode = "429",
            description = "Refreshed less than a minute ago; Retry-After says when to come again")
    public RestResponse<TokenJson> refresh(@RestPath String id) {
        var account = account(id);
        return answer(account, tokens.refreshed(account));
    }

    private AccountId account(String id) {
        var account = AccountId.parse(id).orElseThrow(() -> new ProblemException(Problem.unknownAccount(id)));
        caller.mustBeFor(account);
        return account;
    }

    private RestResponse<TokenJson> answer(AccountId account, Fresh fresh) {
        var token = outcome.tokenOrProblem(account, fresh);
        return RestResponse.ResponseBuilder.ok(TokenJson.of(account, token, clock.instant()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
