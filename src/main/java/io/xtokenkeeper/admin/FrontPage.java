package io.xtokenkeeper.admin;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.account.AccountList;
import io.xtokenkeeper.account.AccountQuery;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.Permissions;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** The first page: the account list for an admin who is signed in, a description of the service for all others. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public class FrontPage {
    private static final int SHOWN = 50;
    private static final int COUNTED = 100_000;

    private final FrontSettings settings;
    private final AccountList accounts;
    private final SecurityIdentity visitor;
    private final InstantSource clock;

    FrontPage(FrontSettings settings, AccountList accounts, SecurityIdentity visitor, InstantSource clock) {
        this.settings = settings;
        this.accounts = accounts;
        this.visitor = visitor;
        this.clock = clock;
    }

    /**
     * @param q the beginning of a name, a username or an id
     * @param after the position after the previous page, from its link to the next one
     */
    @GET
    @Operation(hidden = true)
    public Response front(
            @RestQuery Optional<String> flash,
            @RestQuery Optional<String> q,
            @RestQuery Optional<String> status,
            @RestQuery Optional<String> sort,
            @RestQuery Optional<String> after) {
        var page = visitor.hasRole(Permissions.MANAGE)
                ? AdminPages.dashboard(
                        dashboard(flash.flatMap(FlashMessage::parse), AccountListParams.of(q, status, sort, after)))
                : AdminPages.landing(settings.open(), settings.standIn());
        return ErrorPages.page(Response.Status.OK.getStatusCode(), page).build();
    }

    private Dashboard dashboard(Optional<FlashMessage> flash, AccountListParams view) {
        var now = clock.instant();
        var found = accounts.page(view.query(), SHOWN);
        var over = accounts.count(AccountQuery.Show.NEEDS_CONSENT, COUNTED);
        return new Dashboard(
                flash.map(FlashMessage::words),
                counted(accounts.count(AccountQuery.Show.ALL, COUNTED)),
                over == 0
                        ? Optional.empty()
                        : Optional.of(counted(over) + (over == 1 ? " needs a consent" : " need a consent")),
                view,
                found.accounts().stream()
                        .map(account -> AccountRow.of(account, now))
                        .toList(),
                found.next().map(view::next));
    }

    private static String counted(long count) {
        var words = String.format(Locale.ENGLISH, "%,d", count);
        return count < COUNTED ? words : words + " or more";
    }
}
