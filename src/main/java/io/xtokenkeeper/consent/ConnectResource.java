package io.xtokenkeeper.consent;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.DocumentedScopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.ClientAddressResolver;
import io.xtokenkeeper.http.ErrorPages;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/**
 * Serves the page of a consent link, which explains the request before the browser is sent to X. Opening the page does not
 * use up the link: messengers open it for a preview, and users come back.
 */
@Path("/connect")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public class ConnectResource {
    private final ConsentLinkService links;
    private final AccountRepository accounts;
    private final AuthorizationService authorization;
    private final PopupPage popupPage;
    private final BrowserBindingCookie cookie;
    private final AppName app;
    private final RoutingContext request;
    private final ClientAddressResolver addressResolver;
    private final InstantSource clock;

    ConnectResource(
            ConsentLinkService links,
            AccountRepository accounts,
            AuthorizationService authorization,
            PopupPage popupPage,
            BrowserBindingCookie cookie,
            AppName app,
            RoutingContext request,
            ClientAddressResolver addressResolver,
            InstantSource clock) {
        this.links = links;
        this.accounts = accounts;
        this.authorization = authorization;
        this.popupPage = popupPage;
        this.cookie = cookie;
        this.app = app;
        this.request = request;
        this.addressResolver = addressResolver;
        this.clock = clock;
    }

    @GET
    @Path("/{link}")
    @Operation(hidden = true)
    public Response ask(@RestPath String link) {
        return unlisted(
                switch (links.find(Secret.of(link), clock.instant())) {
                    case ConsentLinkLookup.Open(var open) -> page(open, link, PopupPage.isAskedFor(request));
                    case ConsentLinkLookup.Used() -> refused(new AuthorizationResult.LinkUsed());
                    case ConsentLinkLookup.Expired() -> refused(new AuthorizationResult.LinkExpired());
                    case ConsentLinkLookup.Withdrawn() -> refused(new AuthorizationResult.LinkWithdrawn());
                    case ConsentLinkLookup.Unknown() -> refused(new AuthorizationResult.LinkUnknown());
                });
    }

    /** HEAD has no side effects (RFC 9110 §9.3.2). */
    @HEAD
    @Path("/no-thanks")
    @Operation(hidden = true)
    public Response lookAtDeclined() {
        return Response.ok().build();
    }

    /**
     * Where "No, thanks" leads: records that the user declined, and returns to the caller's page if the link has one. The
     * user can still change their mind, and use the link.
     */
    @GET
    @Path("/no-thanks")
    @Operation(hidden = true)
    public Response declined(@RestQuery Optional<String> link) {
        var now = clock.instant();
        return unlisted(link.filter(text -> !text.isEmpty())
                .flatMap(token -> links.find(Secret.of(token), now) instanceof ConsentLinkLookup.Open(var open)
                        ? Optional.of(open)
                        : Optional.empty())
                .flatMap(open -> declined(open, PopupPage.isAskedFor(request), now))
                .orElseGet(() -> ErrorPages.page(Response.Status.OK.getStatusCode(), ConsentPages.declined(app.value()))
                        .build()));
    }

    private Optional<Response> declined(ConsentLink open, boolean popup, Instant now) {
        links.decline(open, Optional.of(addressResolver.client(request.request())), now);
        return ConsentReturn.of(open, popup)
                .map(back -> popup
                        ? this.popupPage.declined(links.reload(open), back)
                        : ErrorPages.redirect(back.url(ConsentReturn.Result.DECLINED, Optional.empty()))
                                .build());
    }

    private Response refused(AuthorizationResult result) {
        return ConsentResponses.to(result, cookie);
    }

    /** The address has the link's token: no cache and no search engine may keep the page. */
    private static Response unlisted(Response answer) {
        return Response.fromResponse(answer)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Robots-Tag", "noindex")
                .build();
    }

    private Response page(ConsentLink open, String link, boolean popup) {
        // found in the database, so it is one of our tokens and needs no escaping
        var query = "link=" + link + (popup ? "&popup" : "");
        var view = new ConsentLinkView(
                app.value(),
                open.purpose(),
                DocumentedScopes.descriptions(authorization.scopes(open)),
                open.expectedUser().filter(user -> !user.isPending()).map(this::displayName),
                "/oauth/authorize?" + query,
                "/connect/no-thanks?" + query);
        return ErrorPages.page(Response.Status.OK.getStatusCode(), ConsentPages.ask(view))
                .build();
    }

    private String displayName(AccountId user) {
        return accounts.byId(user)
                .flatMap(account -> account.username())
                .map(username -> "@" + username)
                .orElseGet(() -> "user " + user);
    }
}
