package io.xtokenkeeper.webhook;

import io.xtokenkeeper.domain.Secret;

/** The outcome of {@link WebhookService#register}. */
public sealed interface CreatedWebhook {
    /**
     * The webhook was created.
     *
     * @param secret the signing secret; the only time it is returned
     */
    record Made(Webhook webhook, Secret secret) implements CreatedWebhook {}

    /**
     * The URL is not allowed.
     *
     * @param why may be shown to the caller
     */
    record NotThere(String why) implements CreatedWebhook {}

    /**
     * The maximum number of webhooks exists already.
     *
     * @param most that number
     */
    record TooMany(int most) implements CreatedWebhook {}
}
