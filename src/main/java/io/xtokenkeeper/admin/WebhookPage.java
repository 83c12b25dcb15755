package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import io.xtokenkeeper.webhook.DeliveryRepository;
import io.xtokenkeeper.webhook.Webhook;
import io.xtokenkeeper.webhook.WebhookRepository;
import io.xtokenkeeper.webhook.WebhookService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** The page of one webhook, with its delivery log and its forms. */
@Path("/operator/webhook")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class WebhookPage {
    private static final int SHOWN = 50;

    private final WebhookService webhookService;
    private final WebhookRepository webhooks;
    private final DeliveryRepository deliveries;
    private final Caller caller;

    WebhookPage(
            WebhookService webhookService, WebhookRepository webhooks, DeliveryRepository deliveries, Caller caller) {
        this.webhookService = webhookService;
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.caller = caller;
    }

    /** @param before show only deliveries before this position of the log */
    @GET
    @Operation(hidden = true)
    public Response show(
            @RestQuery Optional<String> webhook,
            @RestQuery Optional<String> flash,
            @RestQuery("before") Optional<Long> before) {
        return with(webhook, found -> page(found, flash.flatMap(FlashMessage::parse), before, Optional.empty()));
    }

    @POST
    @Path("test")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response test(@RestForm Optional<String> webhook) {
        return with(webhook, found -> {
            if (found.isDisabled()) {
                return disabled(found);
            }
            webhookService.test(found);
            return back(found, FlashMessage.TEST_SENT);
        });
    }

    @POST
    @Path("resend")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response resend(@RestForm Optional<String> webhook, @RestForm Optional<String> delivery) {
        return with(webhook, found -> {
            if (found.isDisabled()) {
                return disabled(found);
            }
            return delivery.filter(WebhookPage::isId)
                    .flatMap(id -> deliveries.resend(found.id(), id))
                    .map(again -> back(found, FlashMessage.SENT_AGAIN))
                    .orElseGet(WebhookPage::unknown);
        });
    }

    @POST
    @Path("enable")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response enable(@RestForm Optional<String> webhook) {
        return with(webhook, found -> {
            webhooks.enable(found.id());
            caller.recordEvent(AuditEventType.WEBHOOK_ENABLED, Optional.empty(), found.id());
            return back(found, FlashMessage.WEBHOOK_ENABLED);
        });
    }

    /** Rolls the signing secret, and shows the new one; the only time it is shown. */
    @POST
    @Path("secret")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response roll(@RestForm Optional<String> webhook) {
        return with(webhook, found -> {
            var secret = webhookService.roll(found.id());
            caller.recordEvent(AuditEventType.WEBHOOK_SECRET_ROLLED, Optional.empty(), found.id());
            return page(found, Optional.empty(), Optional.empty(), secret.map(one -> one.reveal()));
        });
    }

    /** The confirmation page; changes nothing. */
    @GET
    @Path("delete")
    @Operation(hidden = true)
    public Response ask(@RestQuery Optional<String> webhook) {
        return with(
                webhook,
                found -> ErrorPages.page(
                                Response.Status.OK.getStatusCode(), AdminPages.deleteWebhook(WebhookRow.of(found)))
                        .build());
    }

    @POST
    @Path("delete")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response delete(@RestForm Optional<String> webhook) {
        return with(webhook, found -> {
            webhooks.remove(found.id());
            caller.recordEvent(AuditEventType.WEBHOOK_DELETED, Optional.empty(), found.id());
            return AdminResponses.flash("/operator/webhooks", FlashMessage.WEBHOOK_DELETED);
        });
    }

    private static boolean isId(String text) {
        return text.matches("[\\w-]{1,64}");
    }

    private Response with(Optional<String> id, Function<Webhook, Response> act) {
        return id.filter(WebhookPage::isId).flatMap(webhooks::byId).map(act).orElseGet(WebhookPage::unknown);
    }

    private Response page(
            Webhook webhook, Optional<FlashMessage> flash, Optional<Long> before, Optional<String> secret) {
        var found = deliveries.page(webhook.id(), Optional.empty(), before, SHOWN + 1);
        var next = found.size() > SHOWN ? Optional.of(found.get(SHOWN - 1).seq()) : Optional.<Long>empty();
        var log = found.stream().limit(SHOWN).map(DeliveryRow::of).toList();
        return ErrorPages.page(
                        Response.Status.OK.getStatusCode(),
                        AdminPages.webhook(WebhookRow.of(webhook), log, next, flash.map(FlashMessage::words), secret))
                .build();
    }

    private static Response back(Webhook webhook, FlashMessage flash) {
        return AdminResponses.flash("/operator/webhook?webhook=" + webhook.id(), flash);
    }

    private static Response disabled(Webhook webhook) {
        return AdminResponses.refused(
                Response.Status.CONFLICT,
                "Webhook disabled",
                "Nothing is sent to it: " + webhook.disabledWhy().orElse("it was disabled") + ".",
                "Enable it first.",
                "/operator/webhook?webhook=" + webhook.id(),
                "Back to the webhook");
    }

    private static Response unknown() {
        return AdminResponses.unknown(
                "Unknown webhook",
                "No webhook, or none of its deliveries, has this id.",
                "/operator/webhooks",
                "All webhooks");
    }
}
