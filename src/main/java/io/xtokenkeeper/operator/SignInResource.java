package io.xtokenkeeper.operator;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.OpenIdSettings;
import io.xtokenkeeper.security.SessionCookie;
import io.xtokenkeeper.security.SignIn;
import io.xtokenkeeper.security.SignOperatorsIn;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.web.Pages;
import io.xtokenkeeper.web.PublicOrigin;
import io.xtokenkeeper.web.Refusal;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;

/** Signing in with a key, and out again. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public class SignInResource {
    private static final String FRONT = "/";
    private static final int TOO_MANY = 429;

    private final SignOperatorsIn operators;
    private final SessionCookie cookie;
    private final Caller caller;
    private final RoutingContext request;
    private final OpenIdSettings openId;
    private final PublicOrigin publicOrigin;

    SignInResource(
            SignOperatorsIn operators,
            SessionCookie cookie,
            Caller caller,
            RoutingContext request,
            OpenIdSettings openId,
            PublicOrigin publicOrigin) {
        this.operators = operators;
        this.cookie = cookie;
        this.caller = caller;
        this.request = request;
        this.openId = openId;
        this.publicOrigin = publicOrigin;
    }

    @GET
    @Path("sign-in")
    @Operation(hidden = true)
    public Response form() {
        return form(Response.Status.OK, Optional.empty());
    }

    @POST
    @Path("sign-in")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response signIn(@RestForm Optional<String> key) {
        return key.map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> answer(operators.signIn(Secret.of(text), caller.address())))
                .orElseGet(() -> form(Response.Status.BAD_REQUEST, Optional.of("Give a key.")));
    }

    private Response answer(SignIn signIn) {
        return switch (signIn) {
            case SignIn.Welcome(var session) ->
                Pages.redirect(FRONT).cookie(cookie.write(session)).build();
            case SignIn.WrongKey() ->
                form(
                        Response.Status.UNAUTHORIZED,
                        Optional.of("This key is not good: it is unknown, revoked or expired."));
            case SignIn.NotAnOperators() ->
                form(
                        Response.Status.FORBIDDEN,
                        Optional.of("This key may not manage all accounts, and operators must."));
            case SignIn.NotNow(var pause) ->
                Pages.refused(new Refusal(
                                TOO_MANY,
                                "Too many wrong keys",
                                "So many wrong keys came from your address that no more are looked at for a while.",
                                "Wait a minute, then try again.")
                        .link("/sign-in", "Sign in")
                        .retryAfter(pause));
        };
    }

    private Response form(Response.Status status, Optional<String> refused) {
        var address = publicOrigin.unlessSeen(request.request(), "/sign-in");
        return Pages.page(status.getStatusCode(), OperatorPages.signIn(refused, openId.isOn(), address))
                .build();
    }

    /** For whoever holds the cookie, though it may be of no use any more. */
    @POST
    @Path("sign-out")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response signOut() {
        cookie.read(request).ifPresent(session -> operators.signOut(session, caller.address()));
        return Pages.redirect(FRONT).cookie(cookie.erase()).build();
    }
}
