/**
 * Webhooks: audit events become deliveries, which are claimed, signed, sent to allowed URLs and retried. Nothing that
 * another package acts on belongs here.
 */
package io.xtokenkeeper.webhook;
