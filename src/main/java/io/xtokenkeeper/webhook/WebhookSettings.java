package io.xtokenkeeper.webhook;

/**
 * Settings of webhooks.
 *
 * @param allowPrivate whether webhook URLs may use http and addresses of loopback and private networks
 */
public record WebhookSettings(boolean allowPrivate) {}
