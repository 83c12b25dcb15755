package io.xtokenkeeper.webhook;

import io.xtokenkeeper.crypto.SignWebhook;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.vault.Deliveries;
import io.xtokenkeeper.vault.Delivery;
import io.xtokenkeeper.vault.Webhook;
import io.xtokenkeeper.vault.Webhooks;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Makes webhooks, their secrets, and messages to try them with. */
@Singleton
public class RegisterWebhooks {
    /** How long a secret still signs beside the one that replaced it. */
    public static final Duration OVERLAP = Duration.ofHours(24);

    private final CheckDestination check;
    private final Webhooks webhooks;
    private final Deliveries deliveries;
    private final InstantSource clock;

    RegisterWebhooks(CheckDestination check, Webhooks webhooks, Deliveries deliveries, InstantSource clock) {
        this.check = check;
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.clock = clock;
    }

    public Registered register(String url, Set<String> events, Optional<String> description) {
        return switch (check.check(url)) {
            case Destination.Allowed allowed ->
                make(Webhook.of(UUID.randomUUID().toString(), url, events, description, clock.instant()));
            case Destination.Refused(var why) -> new Registered.NotThere(why);
        };
    }

    private Registered make(Webhook webhook) {
        var secret = SignWebhook.newSecret();
        return webhooks.create(webhook, secret)
                ? new Registered.Made(webhook, secret)
                : new Registered.TooMany(Webhooks.MOST);
    }

    /** A new secret, to be shown this once; the one before signs beside it for {@link #OVERLAP}. */
    public Optional<Secret> roll(String id) {
        var next = SignWebhook.newSecret();
        return webhooks.roll(id, next, OVERLAP, clock.instant()) ? Optional.of(next) : Optional.empty();
    }

    /** A message that says nothing, on its way to this webhook alone. */
    public Delivery test(Webhook webhook) {
        var id = "msg_" + UUID.randomUUID().toString().replace("-", "");
        return deliveries.test(webhook.id(), id, Told.TEST, clock.instant());
    }
}
