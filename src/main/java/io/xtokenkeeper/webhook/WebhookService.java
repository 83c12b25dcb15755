package io.xtokenkeeper.webhook;

import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.WebhookSigner;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Creates webhooks, rolls their signing secrets and sends test messages. */
@Singleton
public class WebhookService {
    /** How long the previous secret still signs after a roll, beside the new one. */
    public static final Duration OVERLAP = Duration.ofHours(24);

    private final WebhookUrlValidator urlValidator;
    private final WebhookRepository webhooks;
    private final WebhookSecrets secrets;
    private final DeliveryRepository deliveries;
    private final InstantSource clock;

    WebhookService(
            WebhookUrlValidator urlValidator,
            WebhookRepository webhooks,
            WebhookSecrets secrets,
            DeliveryRepository deliveries,
            InstantSource clock) {
        this.urlValidator = urlValidator;
        this.webhooks = webhooks;
        this.secrets = secrets;
        this.deliveries = deliveries;
        this.clock = clock;
    }

    public CreatedWebhook register(String url, Set<String> events, Optional<String> description) {
        return switch (urlValidator.check(url)) {
            case Destination.Allowed allowed -> make(url, events, description);
            case Destination.ByProxy proxied -> make(url, events, description);
            case Destination.Refused(var why) -> new CreatedWebhook.NotThere(why);
        };
    }

    private CreatedWebhook make(String url, Set<String> events, Optional<String> description) {
        var id = UUID.randomUUID().toString();
        var secret = WebhookSigner.newSecret();
        var webhook = new Webhook(id, url, events, description, secrets.encrypt(id, secret), clock.instant());
        return webhooks.create(webhook)
                ? new CreatedWebhook.Made(webhook, secret)
                : new CreatedWebhook.TooMany(WebhookRepository.MAX_WEBHOOKS);
    }

    /**
     * Replaces the signing secret; the previous one signs too for {@link #OVERLAP}.
     *
     * @return the new secret, the only time it is returned; empty if there is no such webhook
     */
    public Optional<Secret> roll(String id) {
        var next = WebhookSigner.newSecret();
        return webhooks.roll(id, next, OVERLAP, clock.instant()) ? Optional.of(next) : Optional.empty();
    }

    /** Adds a delivery of type {@link WebhookEventType#TEST}, without data, for this webhook only. */
    public Delivery test(Webhook webhook) {
        var id = "msg_" + UUID.randomUUID().toString().replace("-", "");
        return deliveries.test(webhook.id(), id, WebhookEventType.TEST, clock.instant());
    }
}
