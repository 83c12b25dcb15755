/**
 * Webhooks: audit events become deliveries, which are claimed, signed, sent to allowed destinations and retried. Nothing that
 * another package acts upon belongs here.
 */
package io.xtokenkeeper.webhook;
