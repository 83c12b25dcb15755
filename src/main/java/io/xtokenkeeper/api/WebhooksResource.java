package io.xtokenkeeper.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import io.xtokenkeeper.webhook.CreatedWebhook;
import io.xtokenkeeper.webhook.Webhook;
import io.xtokenkeeper.webhook.WebhookEventType;
import io.xtokenkeeper.webhook.WebhookRepository;
import io.xtokenkeeper.webhook.WebhookService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * Creates, lists, deletes and enables webhooks, and rolls their signing secrets. A secret is returned once, when it is
 * created or rolled.
 */
@Path("/api/v1/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Webhooks")
public class WebhooksResource {
    private final WebhookService webhookService;
    private final WebhookRepository webhooks;
    private final Caller caller;

    WebhooksResource(WebhookService webhookService, WebhookRepository webhooks, Caller caller) {
        this.webhookService = webhookService;
        this.webhooks = webhooks;
        this.caller = caller;
    }

    @Schema(name = "WebhookRequest")
    public record RequestJson(
            @Schema(description = "https, on the public internet", examples = "https://hooks.example/x")
            @NotBlank
            @Size(max = 2_048)
            String url,

            @Schema(
                    description = "account.connected, account.scope_changed, consent_link.ended, account.needs_consent,"
                            + " account.lost, app.misconfigured; left out:"
                            + " all of them",
                    examples = "[\"account.needs_consent\", \"account.lost\"]")
            @Size(min = 1, max = 20)
            Set<@NotNull String> events,

            @Schema(examples = "mails the person a link") @Size(max = 200)
            String description) {}

    @GET
    @RolesAllowed(Permissions.MANAGE)
    @Operation(operationId = "listWebhooks", summary = "All webhooks, without their secrets")
    public WebhookResponse.All list() {
        caller.requireAllAccounts();
        return new WebhookResponse.All(webhooks.all().stream()
                .map(webhook -> WebhookResponse.of(webhook, null))
                .toList());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "createWebhook",
            summary = "Create a webhook",
            description = "Messages are signed after Standard Webhooks; docs/webhooks.md says how to verify them.")
    @APIResponse(
            responseCode = "201",
            description = "Keep the secret; it cannot be shown again",
            content = @Content(schema = @Schema(implementation = WebhookResponse.class)))
    @APIResponse(responseCode = "400", description = "Messages may not go to this address")
    @APIResponse(responseCode = "409", description = "Too many webhooks")
    public RestResponse<WebhookResponse> create(@NotNull @Valid RequestJson body) {
        caller.requireAllAccounts();
        var events =
                new TreeSet<>(Optional.ofNullable(body.events()).orElseGet(() -> Set.copyOf(WebhookEventType.words())));
        if (!WebhookEventType.words().containsAll(events)) {
            throw invalid("events: each is one of " + String.join(", ", WebhookEventType.words()));
        }
        return switch (webhookService.register(body.url(), events, Optional.ofNullable(body.description()))) {
            case CreatedWebhook.Made(var webhook, var secret) -> {
                caller.recordEvent(AuditEventType.WEBHOOK_CREATED, Optional.empty(), webhook.id());
                yield shown(RestResponse.Status.CREATED, webhook, secret.reveal());
            }
            case CreatedWebhook.NotThere(var why) -> throw invalid("url: " + why);
            case CreatedWebhook.TooMany(var most) ->
                throw new ProblemException(
                        Problem.of(ProblemType.TOO_MANY_WEBHOOKS, "There are " + most + " webhooks, the most."));
        };
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed(Permissions.MANAGE)
    @Operation(operationId = "deleteWebhook", summary = "Delete a webhook and its deliveries")
    @APIResponse(responseCode = "204", description = "Gone, or never there")
    public void delete(@RestPath String id) {
        caller.requireAllAccounts();
        if (webhooks.remove(id)) {
            caller.recordEvent(AuditEventType.WEBHOOK_DELETED, Optional.empty(), id);
        }
    }

    @POST
    @Path("{id}/secret")
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "rollWebhookSecret",
            summary = "A new signing secret, shown this once",
            description = "For 24 hours messages carry a signature of each, so that the receiver can change over.")
    @APIResponse(
            responseCode = "200",
            description = "Keep the secret; it cannot be shown again",
            content = @Content(schema = @Schema(implementation = WebhookResponse.class)))
    @APIResponse(responseCode = "404", description = "Unknown webhook")
    public RestResponse<WebhookResponse> roll(@RestPath String id) {
        caller.requireAllAccounts();
        var secret = webhookService.roll(id).orElseThrow(WebhooksResource::unknown);
        caller.recordEvent(AuditEventType.WEBHOOK_SECRET_ROLLED, Optional.empty(), id);
        return shown(RestResponse.Status.OK, webhooks.byId(id).orElseThrow(WebhooksResource::unknown), secret.reveal());
    }

    @POST
    @Path("{id}/enable")
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "enableWebhook",
            summary = "Send to it again",
            description = "What waited for it when it was disabled goes on; what happened meanwhile is not sent.")
    @APIResponse(responseCode = "200", description = "The webhook")
    @APIResponse(responseCode = "404", description = "Unknown webhook")
    public WebhookResponse enable(@RestPath String id) {
        caller.requireAllAccounts();
        var webhook = webhooks.enable(id).orElseThrow(WebhooksResource::unknown);
        caller.recordEvent(AuditEventType.WEBHOOK_ENABLED, Optional.empty(), id);
        return WebhookResponse.of(webhook, null);
    }

    private static RestResponse<WebhookResponse> shown(RestResponse.Status status, Webhook webhook, String secret) {
        return RestResponse.ResponseBuilder.create(status, WebhookResponse.of(webhook, secret))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    static ProblemException unknown() {
        return new ProblemException(
                Problem.of(ProblemType.UNKNOWN_WEBHOOK, "No webhook, or none of its deliveries, has this id."));
    }

    private static ProblemException invalid(String why) {
        return new ProblemException(Problem.of(ProblemType.INVALID_VALUE, why));
    }
}
