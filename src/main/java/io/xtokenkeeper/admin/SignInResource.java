package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.ErrorPage;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.http.PublicOrigin;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.LoginResult;
import io.xtokenkeeper.security.LoginService;
import io.xtokenkeeper.security.OpenIdSettings;
import io.xtokenkeeper.security.SessionCookie;
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

/** Signs admins in with an API key, and signs them out. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public class SignInResource {
    private static final String FRONT = "/";
    private static final int TOO_MANY = 429;

    private final LoginService loginService;
    private final SessionCookie cookie;
    private final Caller caller;
    private final RoutingContext request;
    private final OpenIdSettings openId;
    private final PublicOrigin publicOrigin;

    SignInResource(
            LoginService loginService,
            SessionCookie cookie,
            Caller caller,
            RoutingContext request,
            OpenIdSettings openId,
            PublicOrigin publicOrigin) {
        this.loginService = loginService;
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
                .map(text -> answer(loginService.signIn(Secret.of(text), caller.address())))
                .orElseGet(() -> form(Response.Status.BAD_REQUEST, Optional.of("Give a key.")));
    }

    private Response answer(LoginResult signIn) {
        return switch (signIn) {
            case LoginResult.Welcome(var session) ->
                ErrorPages.redirect(FRONT).cookie(cookie.write(session)).build();
            case LoginResult.WrongKey() ->
                form(
                        Response.Status.UNAUTHORIZED,
                        Optional.of("This key is not good: it is unknown, revoked or expired."));
            case LoginResult.NotAnOperators() ->
                form(
                        Response.Status.FORBIDDEN,
                        Optional.of("This key may not manage all accounts, and operators must."));
            case LoginResult.Throttled(var pause) ->
                ErrorPages.refused(new ErrorPage(
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
        return ErrorPages.page(status.getStatusCode(), AdminPages.signIn(refused, openId.isOn(), address))
                .build();
    }

    /** Works with any session cookie, even if its session has expired. */
    @POST
    @Path("sign-out")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response signOut() {
        cookie.read(request).ifPresent(session -> loginService.signOut(session, caller.address()));
        return ErrorPages.redirect(FRONT).cookie(cookie.erase()).build();
    }
}
