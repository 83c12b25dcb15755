package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import io.xtokenkeeper.webhook.CreatedWebhook;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** Lists and creates webhooks. */
@Path("/operator/webhooks")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class WebhookForms {
    private static final int MAX_URL = 2_048;

    private final WebhookService webhookService;
    private final WebhookRepository webhooks;
    private final Caller caller;

    WebhookForms(WebhookService webhookService, WebhookRepository webhooks, Caller caller) {
        this.webhookService = webhookService;
        this.webhooks = webhooks;
        this.caller = caller;
    }

    @GET
    @Operation(hidden = true)
    public Response list(@RestQuery Optional<String> flash) {
        return page(Response.Status.OK, FlashMessage.words(flash), Optional.empty(), Optional.empty());
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response make(@RestForm Optional<String> url, @RestForm List<String> event) {
        var wanted = url.map(String::strip).filter(text -> !text.isEmpty() && text.length() <= MAX_URL);
        if (wanted.isEmpty()) {
            return wrong("Enter the URL of the receiver.");
        }
        if (event.isEmpty() || !words().containsAll(event)) {
            return wrong("Select at least one event.");
        }
        return switch (webhookService.register(wanted.get(), new TreeSet<>(event), Optional.empty())) {
            case CreatedWebhook.Made(var webhook, var secret) -> {
                caller.recordEvent(AuditEventType.WEBHOOK_CREATED, Optional.empty(), webhook.id());
                yield page(Response.Status.OK, Optional.empty(), Optional.empty(), Optional.of(secret.reveal()));
            }
            case CreatedWebhook.NotThere(var why) -> wrong("This destination is not allowed: " + why + ".");
            case CreatedWebhook.TooMany(var most) -> wrong("There are " + most + " webhooks, which is the maximum.");
        };
    }

    private static Set<String> words() {
        return Set.copyOf(io.xtokenkeeper.webhook.WebhookEventType.words());
    }

    private Response wrong(String why) {
        return page(Response.Status.BAD_REQUEST, Optional.empty(), Optional.of(why), Optional.empty());
    }

    private Response page(
            Response.Status status, Optional<String> flash, Optional<String> wrong, Optional<String> secret) {
        var rows = webhooks.all().stream().map(WebhookRow::of).toList();
        return ErrorPages.page(
                        status.getStatusCode(),
                        AdminPages.webhooks(
                                rows, io.xtokenkeeper.webhook.WebhookEventType.words(), flash, wrong, secret))
                .build();
    }
}
