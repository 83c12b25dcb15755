package io.xtokenkeeper.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.consent.ConsentLink;
import io.xtokenkeeper.consent.ConsentLinkFilter;
import io.xtokenkeeper.consent.ConsentLinkRepository;
import io.xtokenkeeper.consent.ConsentLinkRequest;
import io.xtokenkeeper.consent.ConsentLinkService;
import io.xtokenkeeper.consent.LinkId;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.AllowedOrigins;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.http.QrCodeImage;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** Creates, lists and withdraws consent links: one-time links that start a consent. */
@Path("/api/v1/consent-links")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Consent links")
public class ConsentLinksResource {
    private static final String STATUSES = "OPEN|STARTED|CONNECTED|DECLINED|FAILED|EXPIRED|WITHDRAWN";
    private static final String QR = "svg|txt";
    private static final int MOST = 1_000;
    private static final long DAY = 86_400;
    private static final long LONGEST = 30 * DAY;

    private final ConsentLinkService links;
    private final ConsentLinkRepository repository;
    private final InstantSource clock;
    private final Caller caller;
    private final AllowedOrigins returnOrigins;

    ConsentLinksResource(
            ConsentLinkService links,
            ConsentLinkRepository repository,
            InstantSource clock,
            Caller caller,
            AllowedOrigins returnOrigins) {
        this.links = links;
        this.repository = repository;
        this.clock = clock;
        this.caller = caller;
        this.returnOrigins = returnOrigins;
    }

    @Schema(name = "ConsentLinkRequest")
    public record RequestJson(
            @Schema(description = "Lifetime of the link in seconds; a day by default", examples = "86400")
            @Min(60)
            @Max(LONGEST)
            Long expiresIn,

            @Schema(
                    description = "The X user id that must consent; a consent of another user changes nothing",
                    examples = "2244994945")
            @Pattern(regexp = AccountId.X_USER_ID, message = "must be an X user id: 1 to 19 digits")
            String expectedUser,

            @Schema(
                    description =
                            "Scopes to ask for instead of the configured ones, separated by spaces. Those that the"
                                    + " account of expected_user or reference holds are asked for too")
            String scope,

            @Schema(
                    description =
                            "Where the browser goes afterwards, whether or not an account was connected: a path of this service, or an address on"
                                    + " an origin the operator allows. result (connected, declined or failed), link, state and account are"
                                    + " appended to its query",
                    examples = "/")
            String returnTo,

            @Schema(
                    description = "The purpose, shown to the user on the page before X's own",
                    examples = "To post our opening hours for you")
            @Size(max = 300)
            @Pattern(regexp = "\\P{Cntrl}*", message = "must be one line")
            String purpose,

            @Schema(
                    description = "Your own id for the user; the account gets it too",
                    examples = "customer-42",
                    minLength = 1,
                    maxLength = 128)
            @Pattern(regexp = Reference.PATTERN, message = Reference.MESSAGE)
            String reference,

            @Schema(description = "Given back in the query of return_to", examples = "af0ifjsldkj")
            @Size(max = 512)
            @Pattern(regexp = "\\P{Cntrl}+", message = "must be one line")
            String state,

            @Schema(description = "Also draw page_url as a QR code, in this form: svg or txt", examples = "svg")
            @Pattern(regexp = QR, message = "must be svg or txt")
            String qr) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "CreatedConsentLink")
    public record CreatedJson(
            @Schema(
                    description =
                            "Identifies the link and opens nothing: GET /api/v1/consent-links/{id} reports what became of it")
            String id,

            @Schema(description = "Begins the consent at once; it works once")
            String url,

            @Schema(
                    description = "Tells the person first what is asked, by whom and why; its button leads to url."
                            + " Opening it uses nothing up")
            String pageUrl,

            @Schema(
                    description =
                            "page_url as a QR code, where it was asked for: an SVG picture, or text for a terminal")
            String qr,

            Instant expiresAt) {}

    @POST
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "createConsentLink",
            summary = "A one-time link to send to a person; opening it starts the consent")
    @APIResponse(
            responseCode = "201",
            description = "The link, shown this once",
            content = @Content(schema = @Schema(implementation = CreatedJson.class)))
    public RestResponse<CreatedJson> create(
            @Valid RequestJson body,
            @Parameter(description = "The same as the member qr")
                    @RestQuery
                    @Pattern(regexp = QR, message = "must be svg or txt")
                    String qr) {
        var params = body == null ? new RequestJson(null, null, null, null, null, null, null, null) : body;
        var request = new ConsentLinkRequest(
                Duration.ofSeconds(Optional.ofNullable(params.expiresIn()).orElse(DAY)),
                Optional.ofNullable(params.expectedUser()).map(AccountId::new),
                Optional.ofNullable(params.scope()).map(ConsentLinksResource::scopes),
                Optional.ofNullable(params.returnTo()).map(this::returnTo),
                Optional.ofNullable(params.purpose()).map(String::strip).filter(text -> !text.isEmpty()),
                Optional.ofNullable(params.reference()).map(Reference::new),
                Optional.ofNullable(params.state()),
                Optional.of(caller.actor()));
        caller.requireAccess(request.expectedUser(), Optional.ofNullable(params.reference()));
        var made = links.create(request, caller, clock.instant());
        return RestResponse.ResponseBuilder.create(
                        RestResponse.Status.CREATED,
                        new CreatedJson(
                                made.id().hex(),
                                made.url().toString(),
                                made.page().toString(),
                                Optional.ofNullable(qr)
                                        .or(() -> Optional.ofNullable(params.qr()))
                                        .map(form -> picture(form, made.page()))
                                        .orElse(null),
                                made.expiresAt()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    @GET
    @RolesAllowed(Permissions.READ)
    @Operation(
            operationId = "listConsentLinks",
            summary = "A page of consent links, the newest first",
            description = "Without their addresses. Kept for 30 days after they expire.")
    @APIResponse(responseCode = "200", description = "The page")
    public ConsentLinkResponse.Page list(
            @Parameter(description = "Only links with this reference")
                    @RestQuery
                    @Pattern(regexp = Reference.PATTERN, message = Reference.MESSAGE)
                    String reference,
            @Parameter(description = "Only links with this status; left out: all")
                    @RestQuery
                    @Pattern(regexp = STATUSES, message = "say one of " + STATUSES)
                    String status,
            @Parameter(description = "How many at the most") @RestQuery("limit") @DefaultValue("100") @Min(1) @Max(MOST)
                    int limit,
            @Parameter(description = "next_cursor of the page before") @RestQuery("cursor") @Min(1) Long cursor) {
        var now = clock.instant();
        var filter = new ConsentLinkFilter(
                Optional.ofNullable(reference),
                Optional.ofNullable(status).map(ConsentLink.Status::valueOf),
                caller.accounts()
                        .map(accounts ->
                                new ConsentLinkFilter.Limits(caller.references().orElse(Set.of()), accounts)));
        return ConsentLinkResponse.Page.of(
                repository.page(filter, Optional.ofNullable(cursor), limit + 1, now), limit, now);
    }

    @GET
    @Path("{id}")
    @RolesAllowed(Permissions.READ)
    @Operation(operationId = "getConsentLink", summary = "What became of a consent link")
    @APIResponse(responseCode = "200", description = "The link, without its address")
    @APIResponse(responseCode = "404", description = "Unknown consent link")
    public ConsentLinkResponse one(@RestPath String id) {
        return ConsentLinkResponse.of(link(id).orElseThrow(ConsentLinksResource::unknown), clock.instant());
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "withdrawConsentLink",
            summary = "Withdraw a consent link",
            description =
                    "It does not work any more; a consent that is in flight with it is refused. An account that was"
                            + " connected with it stays connected.")
    @APIResponse(responseCode = "204", description = "Does not work any more, or never did")
    public void withdraw(@RestPath String id) {
        link(id).ifPresent(link -> links.withdraw(link, caller, clock.instant()));
    }

    /** The link, if the caller may see it. */
    private Optional<ConsentLink> link(String id) {
        return LinkId.parse(id)
                .flatMap(repository::byId)
                .filter(link -> caller.maySee(
                        link.account().or(link::expectedUser), link.reference().map(Reference::value)));
    }

    private static ProblemException unknown() {
        return new ProblemException(
                Problem.of(ProblemType.UNKNOWN_CONSENT_LINK, "No consent link that this API key may see has this id."));
    }

    private static String picture(String form, URI page) {
        var picture = new QrCodeImage(page.toString());
        return form.equals("svg") ? picture.svg() : picture.text();
    }

    private ReturnUrl returnTo(String text) {
        return returnOrigins
                .allow(text)
                .orElseThrow(
                        () -> new ProblemException(
                                Problem.of(
                                        ProblemType.INVALID_VALUE,
                                        "return_to must be a path of this service, such as /done, or on one of KEEPER_RETURN_ORIGINS")));
    }

    private static Scopes scopes(String text) {
        try {
            return Scopes.of(text);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Problem.of(ProblemType.INVALID_VALUE, "scope: " + e.getMessage()));
        }
    }
}
