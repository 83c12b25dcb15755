package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.ErrorPage;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.privacy.ErasureService;
import io.xtokenkeeper.refresh.TokenResult;
import io.xtokenkeeper.refresh.TokenService;
import io.xtokenkeeper.revocation.DisconnectService.AtX;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** The forms of one account: refresh and disconnect. The account id is a form field, so the paths do not depend on it. */
@Path("/operator")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class AccountForms {
    private final TokenService tokens;
    private final ErasureService erasure;
    private final AccountRepository accounts;
    private final InstantSource clock;

    AccountForms(TokenService tokens, ErasureService erasure, AccountRepository accounts, InstantSource clock) {
        this.tokens = tokens;
        this.erasure = erasure;
        this.accounts = accounts;
        this.clock = clock;
    }

    @POST
    @Path("refresh")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response refresh(@RestForm Optional<String> account) {
        return account.flatMap(AccountId::parse)
                .map(id -> answer(id, tokens.refreshed(id)))
                .orElseGet(AccountForms::unknown);
    }

    private Response answer(AccountId id, TokenResult fresh) {
        return switch (fresh) {
            case TokenResult.Token token ->
                AdminResponses.flash("/operator/account?account=" + id, FlashMessage.REFRESHED);
            case TokenResult.NoSuchAccount() -> unknown();
            case TokenResult.NeedsConsent(var reason) ->
                AdminResponses.refused(
                        Response.Status.CONFLICT,
                        "The user must consent again",
                        "The grant of this account was revoked (" + reason + "); no refresh can restore it.",
                        "Connect the account again, or send the user a consent link.",
                        "/operator/invite?account=" + id,
                        "Create a consent link");
            case TokenResult.AsksTooMuch(var longest) -> notNow("X gives it no time to live", Duration.ofMinutes(1));
            case TokenResult.TooSoon(var retryAt) ->
                notNow("It was refreshed less than a minute ago", Duration.between(clock.instant(), retryAt));
            case TokenResult.RetryLater(var retryAt, var why) ->
                notNow(why, Duration.between(clock.instant(), retryAt));
        };
    }

    /** The confirmation page; changes nothing. */
    @GET
    @Path("disconnect")
    @Operation(hidden = true)
    public Response ask(@RestQuery Optional<String> account) {
        return account.flatMap(AccountId::parse)
                .flatMap(accounts::byId)
                .map(found -> AccountRow.of(found, clock.instant()))
                .map(row -> ErrorPages.page(Response.Status.OK.getStatusCode(), AdminPages.disconnect(row))
                        .build())
                .orElseGet(AccountForms::unknown);
    }

    @POST
    @Path("disconnect")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response disconnect(@RestForm Optional<String> account, @RestForm Optional<String> erase) {
        return account.flatMap(AccountId::parse)
                .map(id -> erase.isPresent() ? erase(id) : end(id))
                .orElseGet(AccountForms::unknown);
    }

    private Response erase(AccountId id) {
        return AdminResponses.flash(
                "/",
                erasure.erase(id) == AtX.REVOKED ? FlashMessage.PERSON_ERASED : FlashMessage.PERSON_ERASED_NOT_YET);
    }

    private Response end(AccountId id) {
        return AdminResponses.flash(
                "/", erasure.disconnect(id) == AtX.REVOKED ? FlashMessage.DISCONNECTED : FlashMessage.ERASED);
    }

    static Response unknown() {
        return AdminResponses.unknown(
                "Unknown account", "There is no account with this id, or it was disconnected.", "/", "All accounts");
    }

    private static Response notNow(String why, Duration pause) {
        return ErrorPages.refused(new ErrorPage(
                        Response.Status.SERVICE_UNAVAILABLE.getStatusCode(),
                        "The account cannot be refreshed now",
                        "The grant is kept, and the scheduler retries automatically. The reason: " + why + ".",
                        "Try again later.")
                .link("/", "Back to the list")
                .retryAfter(pause));
    }
}
