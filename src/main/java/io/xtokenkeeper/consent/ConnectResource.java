package io.xtokenkeeper.consent;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.xapi.AuthorizeUrl;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

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
    private final AuthorizeUrl authorizeUrl;
    private final BrowserBindingCookie cookie;
    private final AppName app;
    private final InstantSource clock;

    ConnectResource(
            ConsentLinkService links,
            AccountRepository accounts,
            AuthorizeUrl authorizeUrl,
            BrowserBindingCookie cookie,
            AppName app,
            InstantSource clock) {
        this.links = links;
        this.accounts = accounts;
        this.authorizeUrl = authorizeUrl;
        this.cookie = cookie;
        this.app = app;
        this.clock = clock;
    }

    @GET
    @Path("/{link}")
    @Operation(hidden = true)
    public Response ask(@RestPath String link) {
        var answer = switch (links.find(Secret.of(link), clock.instant())) {
            case ConsentLinkLookup.Open open -> page(open, link);
            case ConsentLinkLookup.Used() -> ConsentResponses.to(new AuthorizationResult.LinkUsed(), cookie);
            case ConsentLinkLookup.Expired() -> ConsentResponses.to(new AuthorizationResult.LinkExpired(), cookie);
            case ConsentLinkLookup.Unknown() -> ConsentResponses.to(new AuthorizationResult.LinkUnknown(), cookie);
        };
        return Response.fromResponse(answer)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Robots-Tag", "noindex")
                .build();
    }

    @GET
    @Path("/no-thanks")
    @Operation(hidden = true)
    public Response declined() {
        return ErrorPages.page(Response.Status.OK.getStatusCode(), ConsentPages.declined(app.value()))
                .build();
    }

    private Response page(ConsentLinkLookup.Open open, String link) {
        var scopes = AuthorizationService.complete(
                open.scopes().orElse(authorizeUrl.app().scopes()));
        var asked = new ConsentLinkView(
                app.value(),
                open.purpose(),
                ScopeDescriptions.of(scopes),
                open.expectedUser().map(this::called),
                // found in the database, so it is one of our tokens and needs no escaping
                "/oauth/authorize?link=" + link);
        return ErrorPages.page(Response.Status.OK.getStatusCode(), ConsentPages.ask(asked))
                .build();
    }

    private String called(AccountId user) {
        return accounts.byId(user)
                .flatMap(account -> account.username())
                .map(username -> "@" + username)
                .orElseGet(() -> "user " + user);
    }
}
