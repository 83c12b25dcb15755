package io.xtokenkeeper.webhook;

import io.xtokenkeeper.token.Secret;

/** What became of the wish for a webhook. */
public sealed interface Registered {
    /** @param secret to be shown this once */
    record Made(Webhook webhook, Secret secret) implements Registered {}

    /** @param why fit to be shown */
    record NotThere(String why) implements Registered {}

    /** @param most how many there may be */
    record TooMany(int most) implements Registered {}
}
