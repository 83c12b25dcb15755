package io.xtokenkeeper.consumer;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.door.Caller;
import io.xtokenkeeper.door.Invitations;
import io.xtokenkeeper.door.Rights;
import io.xtokenkeeper.refresh.Fresh;
import io.xtokenkeeper.refresh.FreshTokens;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.vault.LossReason;
import io.xtokenkeeper.web.Problem;
import io.xtokenkeeper.web.ProblemException;
import io.xtokenkeeper.web.ProblemType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** A valid access token, at any moment. */
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
    private static final int SECONDS_A_DAY = 86_400;

    private final FreshTokens tokens;
    private final Invitations invitations;
    private final InstantSource clock;
    private final Caller caller;

    TokensResource(FreshTokens tokens, Invitations invitations, InstantSource clock, Caller caller) {
        this.tokens = tokens;
        this.invitations = invitations;
        this.clock = clock;
        this.caller = caller;
    }

    @GET
    @Path("token")
    @RolesAllowed(Rights.TOKEN)
    @Operation(
            operationId = "getToken",
            summary = "An access token that is good for a while",
            description = "Refreshed first where it would not live long enough. Fast: call it before each use.")
    public RestResponse<TokenJson> token(
            @RestPath String id,
            @Parameter(description = "Seconds the token must live at least")
                    @RestQuery("min_ttl")
                    @DefaultValue("60")
                    @Min(0)
                    @Max(SECONDS_A_DAY)
                    int minTtl) {
        var account = account(id);
        return answer(account, tokens.fresh(account, Duration.ofSeconds(minTtl)));
    }

    @POST
    @Path("refresh")
    @RolesAllowed(Rights.TOKEN)
    @Operation(operationId = "refreshToken", summary = "Refresh now, and answer the new access token")
    public RestResponse<TokenJson> refresh(@RestPath String id) {
        var account = account(id);
        return answer(account, tokens.refreshed(account));
    }

    private AccountId account(String id) {
        var account = AccountId.parse(id).orElseThrow(() -> new ProblemException(AccountsResource.unknown(id)));
        caller.mustBeFor(account);
        return account;
    }

    private RestResponse<TokenJson> answer(AccountId account, Fresh fresh) {
        var now = clock.instant();
        return switch (fresh) {
            case Fresh.Token token ->
                RestResponse.ResponseBuilder.ok(TokenJson.of(account, token, now))
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .build();
            case Fresh.NoSuchAccount() -> throw new ProblemException(AccountsResource.unknown(account.value()));
            case Fresh.NeedsConsent(var reason) -> throw new ProblemException(consentNeeded(account, reason, now));
            case Fresh.AsksTooMuch(var longest) ->
                throw new ProblemException(Problem.of(
                        ProblemType.INVALID_VALUE,
                        "min_ttl is longer than X lets a token of this account live: at most "
                                + Math.max(0, longest.toSeconds() - 1) + " seconds"));
            case Fresh.NotNow(var retryAt, var why) ->
                throw new ProblemException(Problem.of(ProblemType.TOKEN_UNAVAILABLE, why)
                        .with("account", account.value())
                        .retryAfter(Duration.between(now, retryAt)));
        };
    }

    private Problem consentNeeded(AccountId account, LossReason reason, Instant now) {
        var detail = switch (reason) {
            case REJECTED_BY_X -> "X says that this grant is over. Send the person the consent_link.";
            case LOST_IN_FLIGHT ->
                "An answer of X never arrived and the refresh token was spent. Send the person the consent_link.";
        };
        return Problem.of(ProblemType.CONSENT_NEEDED, detail)
                .with("account", account.value())
                .with("reason", reason.name())
                .with("consent_link", invitations.standing(account, now).toString());
    }
}
