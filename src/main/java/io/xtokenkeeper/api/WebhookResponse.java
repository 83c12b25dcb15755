package io.xtokenkeeper.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.xtokenkeeper.webhook.Webhook;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A webhook as JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Webhook")
public record WebhookResponse(
        @Schema(examples = "0b7e5a0e-58b5-4a7e-9a53-6f5f1c1a8f0e")
        String id,

        @Schema(examples = "https://hooks.example/x") String url,

        Set<String> events,
        String description,

        @Schema(
                description = "The signing secret; only in the answer to its creation and its roll",
                examples = "whsec_…")
        String secret,

        Instant createdAt,

        @Schema(description = "Nothing is sent to it since then")
        Instant disabledAt,

        @Schema(examples = "it answered 410 Gone") String disabledWhy,

        @Schema(description = "The first try that failed since one last succeeded")
        Instant failingSince) {
    /** @param shown the signing secret; null if this response must not contain it */
    static WebhookResponse of(Webhook webhook, String shown) {
        return new WebhookResponse(
                webhook.id(),
                webhook.url(),
                webhook.events(),
                webhook.description().orElse(null),
                shown,
                webhook.createdAt(),
                webhook.disabledAt().orElse(null),
                webhook.disabledWhy().orElse(null),
                webhook.failingSince().orElse(null));
    }

    /** A list of all webhooks. */
    @Schema(name = "Webhooks")
    public record All(List<WebhookResponse> webhooks) {}
}
