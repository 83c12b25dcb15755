package io.xtokenkeeper.webhook;

/** @param allowPrivate may webhooks go to loopback and private networks, and by http */
public record WebhookSettings(boolean allowPrivate) {}
