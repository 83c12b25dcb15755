package io.xtokenkeeper.consent;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.web.Pages;
import io.xtokenkeeper.x.AuthorizeUrl;
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
 * What a consent link is for, told before X is asked. Looking uses nothing up: messengers look too, to show a preview, and
 * people come back.
 */
@Path("/connect")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public class ConnectResource {
    private final ConsentLinkService links;
    private final AccountRepository accounts;
    private final AuthorizeUrl authorizeUrl;
    private final BrowserCookie cookie;
    private final AppName app;
    private final InstantSource clock;

    ConnectResource(
            ConsentLinkService links,
            AccountRepository accounts,
            AuthorizeUrl authorizeUrl,
            BrowserCookie cookie,
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
            case FoundLink.Open open -> page(open, link);
            case FoundLink.Used() -> ConsentAnswers.to(new Begun.LinkUsed(), cookie);
            case FoundLink.Expired() -> ConsentAnswers.to(new Begun.LinkExpired(), cookie);
            case FoundLink.Unknown() -> ConsentAnswers.to(new Begun.LinkUnknown(), cookie);
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
        return Pages.page(Response.Status.OK.getStatusCode(), ConsentPages.declined(app.value()))
                .build();
    }

    private Response page(FoundLink.Open open, String link) {
        var scopes =
                BeginConsent.complete(open.scopes().orElse(authorizeUrl.app().scopes()));
        var asked = new AskView(
                app.value(),
                open.purpose(),
                ScopeWords.of(scopes),
                open.expectedUser().map(this::called),
                // it was found, so it is one of ours and needs no escaping
                "/oauth/authorize?link=" + link);
        return Pages.page(Response.Status.OK.getStatusCode(), ConsentPages.ask(asked))
                .build();
    }

    private String called(AccountId user) {
        return accounts.byId(user)
                .flatMap(account -> account.username())
                .map(username -> "@" + username)
                .orElseGet(() -> "user " + user);
    }
}
