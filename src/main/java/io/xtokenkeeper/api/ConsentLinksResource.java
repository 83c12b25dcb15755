package io.xtokenkeeper.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.consent.ConsentLinkRequest;
import io.xtokenkeeper.consent.ConsentLinkService;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.AllowedOrigins;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** Creates consent links: one-time links that start a consent. */
@Path("/api/v1/consent-links")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Consent links")
public class ConsentLinksResource {
    private static final String QR = "svg|txt";
    private static final long DAY = 86_400;
    private static final long LONGEST = 30 * DAY;

    private final ConsentLinkService invitations;
    private final InstantSource clock;
    private final Caller caller;
    private final AllowedOrigins returnOrigins;

    ConsentLinksResource(
            ConsentLinkService invitations, InstantSource clock, Caller caller, AllowedOrigins returnOrigins) {
        this.invitations = invitations;
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

            @Schema(description = "Scopes to ask for instead of the configured ones, separated by spaces")
            String scope,

            @Schema(
                    description =
                            "Where the browser goes afterwards: a path of this service, or an address on an origin the operator allows",
                    examples = "/")
            String returnTo,

            @Schema(
                    description = "The purpose, shown to the user on the page before X's own",
                    examples = "To post our opening hours for you")
            @Size(max = 300)
            @Pattern(regexp = "\\P{Cntrl}*", message = "must be one line")
            String purpose,

            @Schema(description = "Also draw page_url as a QR code, in this form: svg or txt", examples = "svg")
            @Pattern(regexp = QR, message = "must be svg or txt")
            String qr) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ConsentLink")
    public record LinkJson(
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
            content = @Content(schema = @Schema(implementation = LinkJson.class)))
    public RestResponse<LinkJson> create(
            @Valid RequestJson body,
            @Parameter(description = "The same as the member qr")
                    @RestQuery
                    @Pattern(regexp = QR, message = "must be svg or txt")
                    String qr) {
        var params = body == null ? new RequestJson(null, null, null, null, null, null) : body;
        var request = new ConsentLinkRequest(
                Duration.ofSeconds(Optional.ofNullable(params.expiresIn()).orElse(DAY)),
                Optional.ofNullable(params.expectedUser()).map(AccountId::new),
                Optional.ofNullable(params.scope()).map(ConsentLinksResource::scopes),
                Optional.ofNullable(params.returnTo()).map(this::returnTo),
                Optional.ofNullable(params.purpose()).map(String::strip).filter(text -> !text.isEmpty()));
        request.expectedUser().ifPresentOrElse(caller::requireAccess, caller::requireAllAccounts);
        var made = invitations.create(request, clock.instant());
        caller.did(AuditEventType.CONSENT_LINK_CREATED, request.expectedUser(), "good until " + made.expiresAt());
        return RestResponse.ResponseBuilder.create(
                        RestResponse.Status.CREATED,
                        new LinkJson(
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
