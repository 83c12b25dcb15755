package io.xtokenkeeper.operator;

import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.door.Rights;
import io.xtokenkeeper.vault.Accounts;
import io.xtokenkeeper.web.Pages;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** The first page: the accounts, for an operator who is signed in; what this is, for everybody else. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public class FrontPage {
    private static final int SHOWN = 100;

    private final FrontSettings settings;
    private final Accounts accounts;
    private final SecurityIdentity visitor;
    private final InstantSource clock;

    FrontPage(FrontSettings settings, Accounts accounts, SecurityIdentity visitor, InstantSource clock) {
        this.settings = settings;
        this.accounts = accounts;
        this.visitor = visitor;
        this.clock = clock;
    }

    @GET
    @Operation(hidden = true)
    public Response front(@RestQuery Optional<String> told) {
        var page = visitor.hasRole(Rights.MANAGE)
                ? dashboard(told.flatMap(Told::parse))
                : OperatorPages.landing(settings.open(), settings.standIn());
        return Pages.page(Response.Status.OK.getStatusCode(), page).build();
    }

    private TemplateInstance dashboard(Optional<Told> told) {
        var now = clock.instant();
        var found = accounts.page(Optional.empty(), Optional.empty(), Optional.empty(), SHOWN + 1);
        var rows = found.stream()
                .limit(SHOWN)
                .map(account -> AccountRow.of(account, now))
                .toList();
        return OperatorPages.dashboard(rows, found.size() > SHOWN, told.map(Told::words));
    }
}
