package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.consent.ConsentLink;
import io.xtokenkeeper.consent.ConsentLinkFilter;
import io.xtokenkeeper.consent.ConsentLinkRepository;
import io.xtokenkeeper.consent.ConsentLinkRequest;
import io.xtokenkeeper.consent.ConsentLinkService;
import io.xtokenkeeper.consent.LinkId;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Reference;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** Creates consent links to send to users, lists them with what became of them, and withdraws them. */
@Path("/operator/invite")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class ConsentLinkForms {
    private static final int MAX_PURPOSE = 300;
    private static final int MAX_DAYS = 30;
    private static final int PAGE = 50;

    private final ConsentLinkService links;
    private final ConsentLinkRepository repository;
    private final Caller caller;
    private final InstantSource clock;

    ConsentLinkForms(ConsentLinkService links, ConsentLinkRepository repository, Caller caller, InstantSource clock) {
        this.links = links;
        this.repository = repository;
        this.caller = caller;
        this.clock = clock;
    }

    /**
     * The input of the form.
     *
     * @param account the X user id that must consent; empty for any user
     * @param reference the caller's own id for the user; empty if there is none
     * @param days how long the link is valid
     */
    record Asked(String account, String purpose, String reference, int days) {}

    /** A created link. */
    record Shown(String page, String qr, DisplayTime until) {}

    /**
     * A link in the list.
     *
     * @param title whom it is for: a reference or a user, if either is known
     * @param kind the badge of the status: {@code good}, {@code wait} or {@code bad}
     */
    record Row(
            String id,
            String title,
            ConsentLink.Status status,
            boolean open,
            String kind,
            Optional<String> account,
            Optional<String> reference,
            Optional<String> purpose,
            Optional<String> error,
            DisplayTime created,
            DisplayTime expires) {
        static Row of(ConsentLink link, Instant now) {
            var status = link.status(now);
            var reference = link.reference().map(Reference::value);
            return new Row(
                    link.id().hex(),
                    reference
                            .or(() -> link.expectedUser().map(user -> "X user " + user))
                            .orElse("any user"),
                    status,
                    link.isOpen(now),
                    kind(status),
                    link.account().map(AccountId::value),
                    reference,
                    link.purpose(),
                    link.error(),
                    DisplayTime.of(link.createdAt()),
                    DisplayTime.of(link.expiresAt()));
        }

        private static String kind(ConsentLink.Status status) {
            return switch (status) {
                case CONNECTED -> "good";
                case OPEN, STARTED -> "wait";
                case DECLINED, FAILED, EXPIRED, WITHDRAWN -> "bad";
            };
        }
    }

    /**
     * The list as the page shows it.
     *
     * @param next the {@code before} parameter of the next page
     */
    record Listed(List<Row> rows, Optional<Long> next) {}

    @GET
    @Operation(hidden = true)
    public Response form(
            @RestQuery Optional<String> account,
            @RestQuery Optional<String> reference,
            @RestQuery Optional<Long> before,
            @RestQuery Optional<String> flash) {
        var asked = new Asked(account.orElse(""), "", reference.orElse(""), 7);
        return page(Response.Status.OK, asked, Optional.empty(), Optional.empty(), before, FlashMessage.words(flash));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response make(
            @RestForm Optional<String> account,
            @RestForm Optional<String> purpose,
            @RestForm Optional<String> reference,
            @RestForm Optional<String> days) {
        var asked = new Asked(
                account.map(String::strip).orElse(""),
                purpose.map(String::strip).orElse(""),
                reference.map(String::strip).orElse(""),
                days.filter(text -> text.matches("[0-9]{1,2}"))
                        .map(Integer::parseInt)
                        .orElse(0));
        var wrong = wrong(asked);
        return wrong.isPresent()
                ? page(Response.Status.BAD_REQUEST, asked, wrong, Optional.empty(), Optional.empty(), Optional.empty())
                : page(
                        Response.Status.OK,
                        asked,
                        Optional.empty(),
                        Optional.of(made(asked)),
                        Optional.empty(),
                        Optional.empty());
    }

    /** One link: its address and QR code as long as it works, and what became of it. */
    @GET
    @Path("link")
    @Operation(hidden = true)
    public Response link(@RestQuery Optional<String> id) {
        var now = clock.instant();
        return found(id)
                .map(link -> ErrorPages.page(
                                Response.Status.OK.getStatusCode(),
                                AdminPages.link(
                                        Row.of(link, now),
                                        link.isOpen(now)
                                                ? links.urls(link).map(ConsentLinkForms::shown)
                                                : Optional.empty()))
                        .build())
                .orElseGet(ConsentLinkForms::unknown);
    }

    @POST
    @Path("withdraw")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response withdraw(@RestForm Optional<String> id) {
        return found(id)
                .map(link -> {
                    links.withdraw(link, caller, clock.instant());
                    return AdminResponses.flash("/operator/invite", FlashMessage.LINK_WITHDRAWN);
                })
                .orElseGet(ConsentLinkForms::unknown);
    }

    private Optional<ConsentLink> found(Optional<String> id) {
        return id.flatMap(LinkId::parse).flatMap(repository::byId);
    }

    private static Response unknown() {
        return AdminResponses.unknown(
                "Unknown consent link",
                "There is no consent link with this id, or it was deleted 30 days after it expired.",
                "/operator/invite",
                "All consent links");
    }

    private static Optional<String> wrong(Asked asked) {
        if (!asked.account().isEmpty() && AccountId.parse(asked.account()).isEmpty()) {
            return Optional.of("An X user id has 1 to 19 digits.");
        }
        if (asked.purpose().length() > MAX_PURPOSE || asked.purpose().matches("(?s).*\\p{Cntrl}.*")) {
            return Optional.of("The purpose is one line of at most " + MAX_PURPOSE + " characters.");
        }
        if (!asked.reference().isEmpty() && Reference.parse(asked.reference()).isEmpty()) {
            return Optional.of("A reference has at most 128 printable characters.");
        }
        return asked.days() < 1 || asked.days() > MAX_DAYS
                ? Optional.of("A link is valid for 1 to " + MAX_DAYS + " days.")
                : Optional.empty();
    }

    private Shown made(Asked asked) {
        var now = clock.instant();
        var request = new ConsentLinkRequest(
                Duration.ofDays(asked.days()),
                AccountId.parse(asked.account()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(asked.purpose()).filter(text -> !text.isEmpty()),
                Optional.of(asked.reference()).filter(text -> !text.isEmpty()).map(Reference::new),
                Optional.empty(),
                Optional.of(caller.actor()));
        return shown(links.create(request, caller, now));
    }

    private static Shown shown(ConsentLinkService.Urls urls) {
        var page = urls.page().toString();
        return new Shown(page, new QrCodeImage(page).svg(), DisplayTime.of(urls.expiresAt()));
    }

    private Response page(
            Response.Status status,
            Asked asked,
            Optional<String> wrong,
            Optional<Shown> shown,
            Optional<Long> before,
            Optional<String> flash) {
        var now = clock.instant();
        var all = new ConsentLinkFilter(Optional.empty(), Optional.empty(), Optional.empty());
        var found = repository.page(all, before, PAGE + 1, now);
        var listed = new Listed(
                found.stream().limit(PAGE).map(link -> Row.of(link, now)).toList(),
                found.size() > PAGE ? Optional.of(found.get(PAGE - 1).seq()) : Optional.empty());
        return ErrorPages.page(status.getStatusCode(), AdminPages.invite(asked, wrong, shown, listed, flash))
                .build();
    }
}
