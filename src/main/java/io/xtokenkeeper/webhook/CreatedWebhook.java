package io.xtokenkeeper.webhook;

import io.xtokenkeeper.domain.Secret;

/** What became of the wish for a webhook. */
public sealed interface CreatedWebhook {
    /** @param secret to be shown this once */
    record Made(Webhook webhook, Secret secret) implements CreatedWebhook {}

    /** @param why fit to be shown */
    record NotThere(String why) implements CreatedWebhook {}

    /** @param most how many there may be */
    record TooMany(int most) implements CreatedWebhook {}
}
