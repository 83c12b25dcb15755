package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.consent.ConsentLinkRequest;
import io.xtokenkeeper.consent.ConsentLinkService;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.DisplayTime;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.http.QrCodeImage;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** Creates consent links to send to users, and shows them with a QR code. */
@Path("/operator/invite")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class ConsentLinkForms {
    private static final int MAX_PURPOSE = 300;
    private static final int MAX_DAYS = 30;

    private final ConsentLinkService invitations;
    private final Caller caller;
    private final InstantSource clock;

    ConsentLinkForms(ConsentLinkService invitations, Caller caller, InstantSource clock) {
        this.invitations = invitations;
        this.caller = caller;
        this.clock = clock;
    }

    /**
     * The input of the form.
     *
     * @param account the X user id that must consent; empty for any user
     * @param days how long the link is valid
     */
    record Asked(String account, String purpose, int days) {}

    /** A created link; the only time it is shown. */
    record Shown(String page, String qr, DisplayTime until) {}

    @GET
    @Operation(hidden = true)
    public Response form(@RestQuery Optional<String> account) {
        return page(Response.Status.OK, new Asked(account.orElse(""), "", 7), Optional.empty(), Optional.empty());
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response make(
            @RestForm Optional<String> account, @RestForm Optional<String> purpose, @RestForm Optional<String> days) {
        var asked = new Asked(
                account.map(String::strip).orElse(""),
                purpose.map(String::strip).orElse(""),
                days.filter(text -> text.matches("[0-9]{1,2}"))
                        .map(Integer::parseInt)
                        .orElse(0));
        return wrong(asked)
                .map(why -> page(Response.Status.BAD_REQUEST, asked, Optional.of(why), Optional.empty()))
                .orElseGet(() -> page(Response.Status.OK, asked, Optional.empty(), Optional.of(made(asked))));
    }

    private static Optional<String> wrong(Asked asked) {
        if (!asked.account().isEmpty() && AccountId.parse(asked.account()).isEmpty()) {
            return Optional.of("An X user id has 1 to 19 digits.");
        }
        if (asked.purpose().length() > MAX_PURPOSE || asked.purpose().matches("(?s).*\\p{Cntrl}.*")) {
            return Optional.of("The purpose is one line of at most " + MAX_PURPOSE + " characters.");
        }
        return asked.days() < 1 || asked.days() > MAX_DAYS
                ? Optional.of("A link is valid for 1 to " + MAX_DAYS + " days.")
                : Optional.empty();
    }

    private Shown made(Asked asked) {
        var now = clock.instant();
        var user = AccountId.parse(asked.account());
        var made = invitations.create(
                new ConsentLinkRequest(
                        Duration.ofDays(asked.days()),
                        user,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(asked.purpose()).filter(text -> !text.isEmpty())),
                now);
        caller.did(AuditEventType.CONSENT_LINK_CREATED, user, "good until " + made.expiresAt());
        var page = made.page().toString();
        return new Shown(page, new QrCodeImage(page).svg(), DisplayTime.of(made.expiresAt(), now));
    }

    private static Response page(Response.Status status, Asked asked, Optional<String> wrong, Optional<Shown> shown) {
        return ErrorPages.page(status.getStatusCode(), AdminPages.invite(asked, wrong, shown))
                .build();
    }
}
