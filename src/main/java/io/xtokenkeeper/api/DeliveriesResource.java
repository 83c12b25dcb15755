package io.xtokenkeeper.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import io.xtokenkeeper.webhook.Delivery;
import io.xtokenkeeper.webhook.DeliveryRepository;
import io.xtokenkeeper.webhook.Webhook;
import io.xtokenkeeper.webhook.WebhookRepository;
import io.xtokenkeeper.webhook.WebhookService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** Shows the delivery log of a webhook, sends test messages, and resends deliveries. */
@Path("/api/v1/webhooks/{id}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Webhooks")
@APIResponse(responseCode = "404", description = "Unknown webhook")
public class DeliveriesResource {
    private static final int MOST = 1_000;

    private final WebhookService webhookService;
    private final WebhookRepository webhooks;
    private final DeliveryRepository deliveries;
    private final Caller caller;

    DeliveriesResource(
            WebhookService webhookService, WebhookRepository webhooks, DeliveryRepository deliveries, Caller caller) {
        this.webhookService = webhookService;
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.caller = caller;
    }

    @GET
    @Path("deliveries")
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "listDeliveries",
            summary = "The log of a webhook, the newest first",
            description = "Kept for 30 days. Neither what was sent nor what was answered is in it.")
    @APIResponse(responseCode = "200", description = "The page")
    public DeliveryResponse.Page list(
            @RestPath String id,
            @Parameter(description = "PENDING, DELIVERED or FAILED; left out: all")
                    @RestQuery
                    @Pattern(regexp = "PENDING|DELIVERED|FAILED", message = "say PENDING, DELIVERED or FAILED")
                    String status,
            @Parameter(description = "How many at the most") @RestQuery("limit") @DefaultValue("100") @Min(1) @Max(MOST)
                    int limit,
            @Parameter(description = "next_cursor of the page before") @RestQuery("cursor") @Min(1) Long cursor) {
        find(id);
        var state = Optional.ofNullable(status).map(Delivery.State::valueOf);
        return DeliveryResponse.Page.of(deliveries.page(id, state, Optional.ofNullable(cursor), limit + 1), limit);
    }

    @POST
    @Path("test")
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "testWebhook",
            summary = "Send it a message of type webhook.test",
            description = "On its way within a second; the log says how it went.")
    @APIResponse(
            responseCode = "202",
            description = "The delivery",
            content = @Content(schema = @Schema(implementation = DeliveryResponse.class)))
    @APIResponse(responseCode = "409", description = "Webhook disabled")
    public RestResponse<DeliveryResponse> test(@RestPath String id) {
        return accepted(webhookService.test(enabled(id)));
    }

    @POST
    @Path("deliveries/{delivery}/resend")
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "resendDelivery",
            summary = "Send a message once more, under the same id",
            description = "Whatever its status. Its attempts are counted from zero.")
    @APIResponse(
            responseCode = "202",
            description = "The delivery",
            content = @Content(schema = @Schema(implementation = DeliveryResponse.class)))
    @APIResponse(responseCode = "409", description = "Webhook disabled")
    public RestResponse<DeliveryResponse> resend(@RestPath String id, @RestPath String delivery) {
        return accepted(deliveries.resend(enabled(id).id(), delivery).orElseThrow(WebhooksResource::unknown));
    }

    private Webhook find(String id) {
        caller.requireAllAccounts();
        return webhooks.byId(id).orElseThrow(WebhooksResource::unknown);
    }

    private Webhook enabled(String id) {
        var webhook = find(id);
        if (webhook.isDisabled()) {
            throw new ProblemException(Problem.of(ProblemType.WEBHOOK_DISABLED, "Nothing is sent to this webhook.")
                    .with("why", webhook.disabledWhy().orElse("")));
        }
        return webhook;
    }

    private static RestResponse<DeliveryResponse> accepted(Delivery delivery) {
        return RestResponse.status(RestResponse.Status.ACCEPTED, DeliveryResponse.of(delivery));
    }
}
