package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.audit.AuditEventRepository;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** The page of one account: its status and its history. */
@Path("/operator/account")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class AccountPage {
    private static final int EVENTS = 50;

    private final AccountRepository accounts;
    private final AuditEventRepository events;
    private final InstantSource clock;

    AccountPage(AccountRepository accounts, AuditEventRepository events, InstantSource clock) {
        this.accounts = accounts;
        this.events = events;
        this.clock = clock;
    }

    @GET
    @Operation(hidden = true)
    public Response show(@RestQuery Optional<String> account, @RestQuery Optional<String> flash) {
        return account.flatMap(AccountId::parse)
                .flatMap(accounts::byId)
                .map(found -> AccountView.of(found, events.latest(found.id(), EVENTS), clock.instant()))
                .map(view -> ErrorPages.page(
                                Response.Status.OK.getStatusCode(), AdminPages.account(view, FlashMessage.words(flash)))
                        .build())
                .orElseGet(AccountForms::unknown);
    }
}
