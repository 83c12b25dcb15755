package io.xtokenkeeper.admin;

import io.xtokenkeeper.http.DisplayTime;
import io.xtokenkeeper.webhook.Webhook;
import java.util.Optional;
import java.util.Set;

/**
 * A webhook as a row of a list.
 *
 * @param kind of the badge: good, wait or bad
 */
record WebhookRow(
        String id,
        String url,
        Set<String> events,
        String state,
        String kind,
        boolean disabled,
        Optional<String> why,
        DisplayTime created) {
    static WebhookRow of(Webhook webhook) {
        var failing = webhook.failingSince()
                .map(since -> "failing since " + DisplayTime.of(since).clock());
        return new WebhookRow(
                webhook.id(),
                webhook.url(),
                webhook.events(),
                webhook.isDisabled() ? "Disabled" : failing.isPresent() ? "Failing" : "Working",
                webhook.isDisabled() ? "bad" : failing.isPresent() ? "wait" : "good",
                webhook.isDisabled(),
                webhook.disabledWhy().or(() -> failing),
                DisplayTime.of(webhook.createdAt()));
    }
}
