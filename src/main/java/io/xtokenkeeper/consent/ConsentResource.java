package io.xtokenkeeper.consent;

import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.ClientAddressResolver;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** The endpoints that a browser calls during a consent. No thread is blocked while X is called. */
@Path("/oauth")
@Produces(MediaType.TEXT_HTML)
public class ConsentResource {
    /** The permission of a signed-in admin, which includes connecting accounts. */
    private static final String MANAGE = "manage";

    private final AuthorizationService authorization;
    private final CallbackService callback;
    private final BrowserBindingCookie cookie;
    private final ConnectedPage connectedPage;
    private final PopupPage popupPage;
    private final CurrentIdentityAssociation caller;
    private final RoutingContext request;
    private final ClientAddressResolver addressResolver;
    private final ExecutorService threads;

    ConsentResource(
            AuthorizationService authorization,
            CallbackService callback,
            BrowserBindingCookie cookie,
            ConnectedPage connectedPage,
            PopupPage popupPage,
            CurrentIdentityAssociation caller,
            RoutingContext request,
            ClientAddressResolver addressResolver,
            @VirtualThreads ExecutorService threads) {
        this.authorization = authorization;
        this.callback = callback;
        this.cookie = cookie;
        this.connectedPage = connectedPage;
        this.popupPage = popupPage;
        this.caller = caller;
        this.request = request;
        this.addressResolver = addressResolver;
        this.threads = threads;
    }

    /**
     * Redirects the browser to X's consent page.
     *
     * @param scope the scopes to request; the configured scopes if it is missing
     * @param returnTo where to redirect afterwards: a path on our own origin, or a URL on an allowed one
     * @param link the token of a consent link
     * @param account whose scopes an admin keeps when they reconnect it
     */
    @GET
    @Path("/authorize")
    @Operation(hidden = true)
    public Uni<Response> authorize(
            @RestQuery Optional<String> scope,
            @RestQuery("return_to") Optional<String> returnTo,
            @RestQuery Optional<String> link,
            @RestQuery Optional<String> account,
            @Context HttpHeaders headers) {
        var browser = cookie.read(headers);
        return caller.getDeferredIdentity()
                .map(operator -> new AuthorizeParams(
                        scope.filter(text -> !text.isEmpty()),
                        returnTo.filter(text -> !text.isEmpty()),
                        link.filter(text -> !text.isEmpty()).map(Secret::of),
                        browser,
                        PopupPage.isAskedFor(request),
                        account.flatMap(AccountId::parse),
                        operator.hasRole(MANAGE)))
                .emitOn(threads)
                .map(params -> ConsentResponses.to(authorization.start(params), cookie));
    }

    /** HEAD has no side effects (RFC 9110 §9.3.2): it must neither start nor complete a consent. */
    @HEAD
    @Path("/authorize")
    @Operation(hidden = true)
    public Response lookAtAuthorize() {
        return Response.ok().build();
    }

    @HEAD
    @Path("/callback")
    @Operation(hidden = true)
    public Response lookAtCallback() {
        return Response.ok().build();
    }

    @GET
    @Path("/callback")
    @Operation(hidden = true)
    public Uni<Response> callback(@Context UriInfo uri, @Context HttpHeaders headers) {
        var address = Optional.of(addressResolver.client(request.request()));
        return callback.finish(AuthorizationResponse.of(uri.getQueryParameters(), cookie.read(headers), address))
                .map(ConsentResponses::to);
    }

    /** The last page of a consent in a popup. It notifies the page that opened the window, and closes the window. */
    @GET
    @Path("/popup")
    @RunOnVirtualThread
    @Operation(hidden = true)
    public Response popup(@RestQuery Optional<String> link, @Context HttpHeaders headers) {
        return popupPage.to(cookie.read(headers), link.flatMap(LinkId::parse));
    }

    /** The page after a consent without {@code return_to}. Its URL contains neither code nor state. */
    @GET
    @Path("/connected")
    @RunOnVirtualThread
    @Operation(hidden = true)
    public Response connected(@RestQuery Optional<String> account, @Context HttpHeaders headers) {
        return connectedPage.to(cookie.read(headers), account.flatMap(AccountId::parse));
    }
}
