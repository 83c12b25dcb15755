package io.xtokenkeeper.admin;

import io.quarkus.oidc.OidcSession;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.http.ErrorPage;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.LoginResult;
import io.xtokenkeeper.security.LoginService;
import io.xtokenkeeper.security.OpenIdSettings;
import io.xtokenkeeper.security.SessionCookie;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * Signs admins in by the OpenID provider. Quarkus has redirected to the provider and validated its response before a method
 * here runs.
 */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public class OpenIdResource {
    private static final String FRONT = "/";
    private static final ErrorPage NOT_SET_UP = new ErrorPage(
                    404,
                    "No OpenID provider",
                    "This service knows no OpenID provider that could say who you are.",
                    "Sign in with a key, or set KEEPER_OPENID_ISSUER.")
            .link("/sign-in", "Sign in with a key");
    private static final ErrorPage AWAY = new ErrorPage(
                    503,
                    "Your OpenID provider does not answer",
                    "The provider could not be reached, so you were not signed in.",
                    "Try again in a minute, or sign in with a key.")
            .link("/sign-in", "Sign in with a key");
    private static final ErrorPage NOT_ADMITTED = new ErrorPage(
                    403,
                    "You are no operator here",
                    "Your OpenID provider knows you, but you are not named in KEEPER_OPENID_OPERATORS, or your e-mail address "
                            + "is not verified there.",
                    "Ask who runs this service to name you, or sign in with a key.")
            .link("/sign-in", "Sign in with a key");
    private static final ErrorPage NOT_VOUCHED_FOR = new ErrorPage(
                    403,
                    "Your OpenID provider refused",
                    "The provider did not return who you are, so you were not signed in.",
                    "Try once more, or sign in with a key.")
            .link("/sign-in", "Sign in");

    private final LoginService loginService;
    private final SessionCookie cookie;
    private final Caller caller;
    private final SecurityIdentity identity;
    private final OidcSession oidcSession;

    OpenIdResource(
            LoginService loginService,
            SessionCookie cookie,
            Caller caller,
            SecurityIdentity identity,
            OidcSession oidcSession) {
        this.loginService = loginService;
        this.cookie = cookie;
        this.caller = caller;
        this.identity = identity;
        this.oidcSession = oidcSession;
    }

    @GET
    @Path("sign-in/openid")
    @Operation(hidden = true)
    public Response back() {
        if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
            return ErrorPages.refused(NOT_SET_UP);
        }
        var signIn = loginService.signIn(token, caller.address());
        // end Quarkus' OIDC session: only our own session is known to all replicas and can be ended by them
        oidcSession.logout().await().indefinitely();
        return signIn instanceof LoginResult.Welcome(var session)
                ? ErrorPages.redirect(FRONT).cookie(cookie.write(session)).build()
                : ErrorPages.refused(NOT_ADMITTED);
    }

    /** The error text of the provider is not shown: an attacker could put any text into a link. */
    @GET
    @Path(OpenIdSettings.REFUSED)
    @Operation(hidden = true)
    public Response refused() {
        return ErrorPages.refused(NOT_VOUCHED_FOR);
    }

    @GET
    @Path(OpenIdSettings.AWAY)
    @Operation(hidden = true)
    public Response away() {
        return ErrorPages.refused(AWAY);
    }
}
